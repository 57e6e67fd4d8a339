import { openStore } from '../../stores/index.ts'
import { describeStore } from './contract.ts'

const store = await openStore('memory')
describeStore('memory', async () => store)
