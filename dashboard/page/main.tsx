// Starts the page: the view that the address names, then the world.

import { render } from 'preact'
import { App } from './app.tsx'
import { beginAddress } from './data/address.ts'
import { beginFeed } from './data/feed.ts'
import { begin } from './data/live.ts'
import { beginPerson } from './data/person.ts'
import { beginToShow } from './data/shown.ts'
import { beginTwin } from './data/twin.ts'
import { beginKeys } from './time/keys.ts'

beginAddress()
const place = document.getElementById('page')
if (place === null) throw new Error('the page has no #page')
render(<App />, place)
await begin()
beginToShow()
beginFeed()
beginPerson()
beginTwin()
beginKeys()
