import { openMemory } from '../../stores/index.ts'
import { describeStore } from './contract.ts'

const store = openMemory()
describeStore('memory', async () => store)
