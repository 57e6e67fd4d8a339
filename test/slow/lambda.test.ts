// The bundle that is deployed, with a file of settings beside it, under AWS's own runtime client, on DynamoDB Local: two hours of
// a schedule on which everything goes wrong that can. What arrived, repeated keys dropped, is what one run that nothing disturbed delivers.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ScheduledSettings } from '../../lambda/schedule.ts'
import { openDynamoDb } from '../../stores/index.ts'
import { type DynamoDbLocal, dynamoDbLocal } from '../aws/dynamodb-local.ts'
import { dice } from '../flaky-endpoint.ts'
import { bundleSimulator, type SimulatorBundle } from '../lambda/bundle.ts'
import { Endpoint } from '../lambda/endpoint.ts'
import { ExecutionEnvironment, type Outcome } from '../lambda/runtime-api.ts'
import { byPartition, undisturbed } from '../lambda/undisturbed.ts'

const SEED = Number(process.env.LAMBDA_SEED ?? Math.floor(Math.random() * 2 ** 31))
const MINUTE = 60_000
const MINUTES = 120
const FIRST = Date.parse('2026-01-06T17:00:00Z')
const STUDENTS = '20000'
const FIGURES = { 'calls.per_100_sessions': 12, 'people.plans.two_a_week': 60 }
/** From before a run has read HEAD until after it has delivered; a cold one takes longer. */
const KILLED_WITHIN_MILLISECONDS = { cold: 1000, warm: 120 }

const database = dynamoDbLocal()
const output = mkdtempSync(join(tmpdir(), 'tutorsim-lambda-'))
let local: DynamoDbLocal | undefined
let bundle: SimulatorBundle
let endpoint: Endpoint
let environments: ExecutionEnvironment[] = []
let tables = 0

beforeAll(async () => {
  const settings = join(output, 'ours.yaml')
  writeFileSync(settings, 'calls: { per_100_sessions: 12 }\npeople.plans.two_a_week: 60\nshocks: off\n')
  bundle = bundleSimulator(join(output, 'assembly'), { students: STUDENTS, settings })
  local = await database?.start()
})
afterAll(async () => {
  await local?.stop()
  rmSync(output, { recursive: true, force: true })
})
beforeEach(async () => {
  endpoint = await Endpoint.open()
  tables++
})
afterEach(async () => {
  for (const environment of environments) await environment.kill()
  environments = []
  endpoint.close()
})

const table = () => `lambda-${tables}`

async function newTable() {
  return openDynamoDb(table(), { createTable: true, client: local?.client ?? {} })
}

async function coldStart(): Promise<ExecutionEnvironment> {
  const variables = { ...bundle.environment, ...local?.environment, WORLD_TABLE: table(), INGEST_API_URL: endpoint.url }
  const environment = await ExecutionEnvironment.start({ folder: bundle.folder, environment: variables })
  environments.push(environment)
  return environment
}

/** The one environment of a place, started anew where it was killed. */
class Place {
  colds = 0
  #environment: ExecutionEnvironment | undefined
  #isCold = true

  async invoke(minute: number): Promise<Outcome> {
    const outcome = await (await this.#ready()).invoke({ time: timeOf(minute) })
    this.#isCold = false
    return outcome
  }

  /** @param share of the time that a run may take */
  async invokeAndKill(minute: number, share: number): Promise<Outcome> {
    const environment = await this.#ready()
    const outcome = environment.invoke({ time: timeOf(minute) })
    await sleep(share * KILLED_WITHIN_MILLISECONDS[this.#isCold ? 'cold' : 'warm'])
    await environment.kill()
    return outcome
  }

  async #ready(): Promise<ExecutionEnvironment> {
    if (this.#environment?.isAlive) return this.#environment
    this.colds++
    this.#isCold = true
    this.#environment = await coldStart()
    await this.#environment.ready()
    return this.#environment
  }
}

function timeOf(minute: number): string {
  return new Date(FIRST + minute * MINUTE).toISOString()
}

describe.skipIf(!database)('the bundled simulator under the runtime client', () => {
  it(`delivers two hours of a schedule where everything goes wrong as if nothing had (seed ${SEED})`, async () => {
    const store = await newTable()
    const random = dice(SEED)
    const trouble = dice(SEED + 1)
    endpoint.treatment = () => {
      const roll = trouble()
      if (roll < 0.02) return { status: 503 }
      return roll < 0.03 ? 'hang up' : undefined
    }
    const [one, other] = [new Place(), new Place()]
    const fates = { normal: 0, killed: 0, 'killed in time': 0, overlapping: 0, repeated: 0, late: 0, missing: 0 }
    const answers: Outcome[] = []
    let late: number[] = []
    for (let minute = 0; minute < MINUTES; minute++) {
      const fate = minute === 0 || minute === MINUTES - 1 ? 1 : random()
      if (fate < 0.12) {
        const outcome = await one.invokeAndKill(minute, random())
        fates[outcome.kind === 'gone' ? 'killed' : 'killed in time']++
      } else if (fate < 0.22) {
        fates.overlapping++
        answers.push(...(await Promise.all([one.invoke(minute), other.invoke(++minute)])))
      } else if (fate < 0.3) {
        fates.repeated++
        for (let times = 0; times < 2; times++) answers.push(await one.invoke(minute))
      } else if (fate < 0.38) {
        fates.late++
        late.push(minute)
      } else if (fate < 0.46) fates.missing++
      else {
        fates.normal++
        answers.push(await (random() < 0.9 ? one : other).invoke(minute))
      }
      if (random() < 0.3) {
        for (const before of late.reverse()) answers.push(await one.invoke(before))
        late = []
      }
    }
    const last = await one.invoke(MINUTES - 1)
    for (const answer of [...answers, last]) expect(answer).toMatchObject({ kind: 'response', value: { ok: true } })
    expect(last).toMatchObject({ value: { tick: MINUTES, tickLag: 0, oldestUndeliveredSeconds: 0, parked: 0 } })

    const head = await store.world('default').readHead()
    const settings = head?.settings as ScheduledSettings
    expect(settings).toMatchObject({ firstRun: FIRST, start: FIRST - MINUTE, students: Number(STUDENTS) })
    expect(settings).toMatchObject({ shocks: 'off', figures: FIGURES })
    const expected = undisturbed(settings, MINUTES)
    expect(endpoint.conflicting).toEqual([])
    expect(endpoint.taken).toEqual(new Map(expected.map(({ key, body }) => [key, body])))
    const arrived = [...endpoint.taken].map(([key, body]) => ({ key, body }))
    expect(byPartition(arrived)).toEqual(byPartition(expected))
    const conflicts = answers.reduce((sum, answer) => sum + conflictsOf(answer), 0)
    console.log(
      `seed ${SEED}: ${JSON.stringify(fates)}, ${one.colds + other.colds} cold starts, ${conflicts} conflicts, ` +
        `${expected.length} events, ${endpoint.repeated} repeated`,
    )
    for (const [fate, count] of Object.entries(fates))
      if (fate !== 'killed in time') expect(count, fate).toBeGreaterThan(0)
    expect(conflicts).toBeGreaterThan(0)
    await store.close()
  })
})

function conflictsOf(answer: Outcome): number {
  return answer.kind === 'response' ? ((answer.value as { conflicts?: number }).conflicts ?? 0) : 0
}
