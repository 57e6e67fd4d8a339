// The page: top bar, notices, panels, transport; over them the person, the scene, dialogs.

import { useEffect } from 'preact/hooks'
import { askedWorld } from './data/address.ts'
import { present, world } from './data/live.ts'
import { shownAt } from './data/shown.ts'
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

export function App() {
  const known = world.value
  const isOther = known !== null && askedWorld.value !== null && askedWorld.value !== known.name
  useEffect(measureBars)
  return (
    <>
      <TopBar />
      {!isOther && <Notices />}
      <main data-at={shownAt.value}>
        {known === null || present.value === null ? (
          <NoWorld name={askedWorld.value} />
        ) : isOther ? (
          <OtherWorld asked={askedWorld.value ?? ''} here={known.name} />
        ) : (
          <Panels />
        )}
      </main>
      <Scene />
      {!isOther && <Transport />}
      {!isOther && <PersonDrawer />}
      <WhatIf />
      <Help />
      <Toast />
    </>
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

/** The drawer and a panel that fills the page lie between the bars, whose heights differ by width. */
function measureBars(): void {
  const style = document.documentElement.style
  const heights = { '--bar-top': '.topbar', '--bar-bottom': '.transport' }
  for (const [name, selector] of Object.entries(heights))
    style.setProperty(name, `${document.querySelector(selector)?.getBoundingClientRect().height ?? 0}px`)
}

function Toast() {
  const text = copied.value
  return (
    <div aria-live="polite" class={text === null ? '' : 'toast'}>
      {text}
    </div>
  )
}
