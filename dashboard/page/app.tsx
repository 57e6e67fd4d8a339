// The page: top bar, notices, panels, transport; over them the person, the scene, dialogs.

import { computed } from '@preact/signals'
import { askedWorld } from './data/address.ts'
import { drawnAt } from './data/drawn.ts'
import { present, world } from './data/live.ts'
import { BalanceMap } from './panels/balance.tsx'
import { FeedPanel } from './panels/feed.tsx'
import { Help } from './panels/help.tsx'
import { Notices, NoWorld, OtherWorld } from './panels/notices.tsx'
import { PersonDrawer } from './panels/person.tsx'
import { Reasons } from './panels/reasons.tsx'
import { RiskChart } from './panels/risk.tsx'
import { Sessions } from './panels/sessions.tsx'
import { Scene } from './panels/story.tsx'
import { Tiles } from './panels/tiles.tsx'
import { TopBar } from './panels/topbar.tsx'
import { WhatIf } from './panels/what-if.tsx'
import { copied } from './parts/take.ts'
import { Transport } from './time/transport.tsx'

/** Whether the link is of another world than the one here. */
const isElsewhere = computed(
  () => world.value !== null && askedWorld.value !== null && askedWorld.value !== world.value.name,
)
const isEmpty = computed(() => world.value === null || present.value === null)

export function App() {
  const isOther = isElsewhere.value
  return (
    <>
      <TopBar />
      {!isOther && <Notices />}
      <Main />
      <Scene />
      {!isOther && <Transport />}
      {!isOther && <PersonDrawer />}
      <WhatIf />
      <Help />
      <Toast />
    </>
  )
}

/** Drawn anew with each instant; what is around it is not. It tells the instant once all panels show it. */
function Main() {
  return (
    <main data-at={drawnAt.value}>
      {isEmpty.value ? (
        <NoWorld name={askedWorld.value} />
      ) : isElsewhere.value ? (
        <OtherWorld asked={askedWorld.value ?? ''} here={world.value?.name ?? ''} />
      ) : (
        <Panels />
      )}
    </main>
  )
}

function Panels() {
  return (
    <>
      <Tiles />
      <div class="row large">
        <Sessions />
        <BalanceMap />
      </div>
      <div class="row three">
        <RiskChart />
        <Reasons />
        <FeedPanel />
      </div>
    </>
  )
}

function Toast() {
  const text = copied.value
  return (
    <div aria-live="polite" class={text === null ? '' : 'toast'}>
      {text}
    </div>
  )
}
