import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { openStore } from '../../stores/index.ts'
import { describeStore } from './contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'tutorsim-sqlite-'))
describeStore('sqlite', () => openStore(`sqlite:${join(folder, 'deep', 'down', 'worlds.db')}`))
afterAll(() => rmSync(folder, { recursive: true }))
