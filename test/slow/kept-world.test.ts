// A kept world seen through its commands: it goes on, it can be looked at as it was at any tick, branched and changed, and
// all of it agrees with its stream.

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Event } from '../../model/index.ts'
import { killed } from '../killed.ts'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
const STUDENTS = '300'
const START = Date.parse('2026-01-05T00:00:00Z')
const QUARTER_MILLISECONDS = 900_000

interface Ended {
  stdout: string
  stderr: string
  code: number
}

let folder: string
let store: string
let events: Event[]

const tutorsim = (...words: string[]): Promise<Ended> => tutorsimWith({}, ...words)

async function tutorsimWith(variables: NodeJS.ProcessEnv, ...words: string[]): Promise<Ended> {
  const options = { cwd: folder, maxBuffer: 1 << 28, env: { ...process.env, ...variables } }
  try {
    return { ...(await promisify(execFile)(process.execPath, [CLI, ...words], options)), code: 0 }
  } catch (error) {
    return error as Ended
  }
}

function linesOf(file: string): string[] {
  return readFileSync(join(folder, file), 'utf8').trimEnd().split('\n')
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  store = `sqlite:${join(folder, 'worlds.db')}`
  // In pieces, so that the world has been left and taken up again.
  for (const ticks of ['700', '1', '1299']) {
    const { code, stderr } = await tutorsim(
      'run',
      '--store',
      store,
      '--students',
      STUDENTS,
      '--ticks',
      ticks,
      '--to',
      'all.ndjson',
    )
    expect(code, stderr).toBe(0)
  }
  events = linesOf('all.ndjson').map((line) => JSON.parse(line))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('run', () => {
  it('goes on where it was left: in pieces it is the world that lives through at once', async () => {
    await tutorsim('run', '--store', 'memory', '--students', STUDENTS, '--ticks', '2000', '--to', 'whole.ndjson')
    expect(linesOf('all.ndjson')).toEqual(linesOf('whole.ndjson'))
  })

  it.each([
    [['--seed', 'other'], '--seed other: world default'],
    [['--students', '5'], 'tutorsim set default students=5'],
    [['--tick', '1h'], '--tick 1h: world default'],
  ])('refuses to go on with a world that was born otherwise: %s', async (words, message) => {
    const { code, stderr } = await tutorsim('run', '--store', store, ...words, '--ticks', '1', '--to', 'no.ndjson')
    expect(code).toBe(2)
    expect(stderr).toContain(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  it.each(['sqlite:signal.db', 'memory'])('on %s ends at a tick when it is told to, at full pace too', async (at) => {
    const file = `signal-${at.split(':')[0]}.ndjson`
    const words = ['run', '--store', at, '--students', STUDENTS, '--warmup', '1d', '--to', file]
    const child = spawn(process.execPath, [CLI, ...words], { cwd: folder, stdio: 'ignore' })
    const ended = once(child, 'exit')
    try {
      // At full pace once something is told.
      while (!statSync(join(folder, file), { throwIfNoEntry: false })?.size) await sleep(50)
      child.kill('SIGINT')
      expect(await Promise.race([ended, sleep(10_000)])).toEqual([0, null])
    } finally {
      await killed(child)
    }
    expect(linesOf(file).every((line) => JSON.parse(line).event_id)).toBe(true)
  })

  it('ends quietly when nobody reads, and gives what was not read the next time', async () => {
    const shell = (command: string) => promisify(execFile)('sh', ['-c', command], { cwd: folder, maxBuffer: 1 << 28 })
    const run = `"${process.execPath}" "${CLI}" run --store ${store} --world piped --students ${STUDENTS}`
    const { stdout: first } = await shell(`${run} --ticks 600 | head -3`)
    const { stdout: rest } = await shell(`${run} --ticks 1`)
    // It ended where it noticed, and went on from there.
    const { stdout } = await tutorsim('worlds', '--store', store, '--world', 'piped', '--json')
    const ticks = String(JSON.parse(stdout).worlds[0].tick)
    await tutorsim('run', '--store', 'memory', '--students', STUDENTS, '--ticks', ticks, '--to', 'piped.ndjson')
    const seen = new Set([...first.trimEnd().split('\n'), ...rest.trimEnd().split('\n')])
    expect(first.trimEnd().split('\n')).toHaveLength(3)
    // What filled the pipe is gone with its reader; everything after it comes, without a gap.
    const whole = linesOf('piped.ndjson')
    const [next = ''] = rest.split('\n')
    expect(whole.slice(whole.indexOf(next)).every((line) => seen.has(line))).toBe(true)
  })
})

describe('show', () => {
  const at = async (id: string, tick: number) =>
    JSON.parse((await tutorsim('show', id, '--store', store, '--at', String(tick), '--json')).stdout)
  const before = (tick: number) => {
    const until = new Date(START + tick * QUARTER_MILLISECONDS).toISOString()
    return events.filter(({ payload }) => payload.timestamp < until)
  }

  it.each([0, 1, 137, 700, 701, 1250, 2000])('tells of tick %d what the stream had told by then', async (tick) => {
    for (const id of ['stu_1003', 'stu_1042', 'stu_1111', 'tut_107']) {
      const shown = await at(id, tick)
      const told = before(tick).filter(
        ({ payload }) =>
          ('student_id' in payload && payload.student_id === id) || ('tutor_id' in payload && payload.tutor_id === id),
      )
      expect(shown.timeline).toEqual(told)
      const health = told.findLast(({ event_type }) => event_type === 'customer_health_update')
      if (health?.event_type === 'customer_health_update') {
        const { timestamp, source, ...numbers } = health.payload
        if (shown.state.health_score !== null) expect(shown.state).toMatchObject(numbers)
      }
      const availability = told.findLast(({ event_type }) => event_type === 'tutor_availability_updated')
      if (availability?.event_type === 'tutor_availability_updated' && shown.state.state === 'active')
        expect(shown.state).toMatchObject({
          subjects: availability.payload.subjects,
          timezone: availability.payload.timezone,
        })
    }
  })

  it('takes an instant for the tick it lies in, and shows a session with what came of it', async () => {
    const completed = events.find(({ event_type }) => event_type === 'session_completed') as Event
    if (completed.event_type !== 'session_completed') throw new Error('no session')
    const { session_id, student_id } = completed.payload
    const shown = await at(session_id, 2000)
    expect(shown.timeline.map(({ event_type }: Event) => event_type)).toEqual(
      expect.arrayContaining(['session_completed']),
    )
    const { timestamp, actual_duration_minutes, student_rating } = completed.payload
    expect(shown.state).toMatchObject({ student_id, state: 'completed', actual_duration_minutes, student_rating })
    expect(shown.state.ended).toBe(timestamp)
    expect(shown.followed[0]).toMatchObject({ event_type: 'customer_health_update', caused_by: completed.event_id })
    const known = new Set(events.map(({ event_id }) => event_id))
    const called = events.find(
      ({ event_type, caused_by }) => event_type === 'ib_call_logged' && caused_by !== null && known.has(caused_by),
    ) as Event
    if (called.event_type !== 'ib_call_logged') throw new Error('no call')
    const call = await at(called.payload.call_id, 2000)
    const { reason, resolved } = called.payload
    expect(call.state).toMatchObject({ reason, resolved, logged: called.payload.timestamp })
    expect(call.led_to_it.at(-1)?.event_id).toBe(called.caused_by)
    const { stdout } = await tutorsim('show', student_id, '--store', store, '--at', '2026-01-07T13:07:00Z', '--json')
    expect(JSON.parse(stdout).now).toBe('2026-01-07T13:00:00.000Z')
  })

  it('gives a person the same invented name each time', async () => {
    const [first, second] = [await at('stu_1042', 3), await at('stu_1042', 1700)]
    expect(first.name).toBe(second.name)
    expect(first.email).toMatch(/@example\.(com|org|net)$/)
    expect(first.phone).toMatch(/ 555-01\d\d$/)
  })

  it.each([
    [['show', 'stu_99999999'], 'not in world default'],
    [['show', 'bob'], 'not stu_'],
    [['show', 'stu_1042', '--at', '2001'], 'the world has ticks 0 to 2000'],
    [['show', 'stu_1042', '--world', 'none'], 'there is no world none; there are default'],
  ])('says in one line what it cannot show: %s', async (words, message) => {
    const { code, stderr } = await tutorsim(...words, '--store', store)
    expect(code).toBeGreaterThan(0)
    expect(stderr).toContain(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })
})

describe('fork', () => {
  it('without a tick is the world as it is now', async () => {
    expect((await tutorsim('fork', 'default', '--as', 'now', '--store', store)).code).toBe(0)
    const views = await Promise.all(
      ['default', 'now'].map(async (world) => {
        const { stdout } = await tutorsim('worlds', '--store', store, '--world', world, '--json')
        const { tick, digest } = JSON.parse(stdout).worlds[0]
        return [tick, digest]
      }),
    )
    expect(views[1]).toEqual(views[0])
  })

  it('without an input has the same future, byte for byte, and leaves its world as it was', async () => {
    const digest = async () => (await tutorsim('worlds', '--store', store, '--world', 'default', '--json')).stdout
    const world = await digest()
    expect((await tutorsim('fork', 'default@1300', '--as', 'twin', '--store', store)).code).toBe(0)
    await tutorsim('run', '--store', store, '--world', 'twin', '--ticks', '700', '--to', 'twin.ndjson')
    const from = new Date(START + 1300 * QUARTER_MILLISECONDS).toISOString()
    const expected = linesOf('all.ndjson').filter((line) => JSON.parse(line).payload.timestamp >= from)
    expect(linesOf('twin.ndjson')).toEqual(expected)
    expect(await digest()).toBe(world)
    const [own, twins] = await Promise.all(
      ['default', 'twin'].map(async (name) =>
        JSON.parse((await tutorsim('worlds', '--store', store, '--world', name, '--json')).stdout),
      ),
    )
    expect(twins.worlds[0].digest).toBe(own.worlds[0].digest)
  })

  it('with an input differs by what the input does, and by nothing else', async () => {
    await tutorsim('fork', 'default@1300', '--as', 'grown', '--store', store)
    expect((await tutorsim('set', 'grown', 'students=600', '--store', store)).stderr).toContain('from tick 1300 on')
    const goOn = ['run', '--store', store, '--world', 'grown', '--to', 'grown.ndjson']
    const asBorn = await tutorsimWith({ TUTORSIM_STUDENTS: STUDENTS }, ...goOn, '--ticks', '1')
    expect([asBorn.code, asBorn.stderr]).toEqual([2, expect.stringContaining('has 600 students, not 300 students')])
    expect((await tutorsim(...goOn, '--students', '600', '--ticks', '1')).code).toBe(0)
    expect((await tutorsim(...goOn, '--students', '600', '--ticks', '699')).code).toBe(0)
    const from = new Date(START + 1300 * QUARTER_MILLISECONDS).toISOString()
    const plain = linesOf('all.ndjson').filter((line) => JSON.parse(line).payload.timestamp >= from)
    const grown = linesOf('grown.ndjson')
    expect(grown.length).toBeGreaterThan(plain.length)
    // Newcomers' own events are new, and they take tutors' time; up to the first of them nothing differs.
    const first = grown.findIndex((line, place) => line !== plain[place])
    const newcomer = JSON.parse(grown[first] as string).payload
    const known = new Set(events.flatMap(({ payload }) => ('student_id' in payload ? payload.student_id : [])))
    expect(newcomer.active_students !== undefined || !known.has(newcomer.student_id)).toBe(true)
    // Those who were there live as they did, but for whom they meet.
    const kept = new Set(grown)
    const theirs = plain.filter((line) => known.has(JSON.parse(line).payload.student_id))
    expect(theirs.filter((line) => kept.has(line)).length / theirs.length).toBeGreaterThan(0.8)
  })

  it('may take a change at once, which is refused before there is a fork, or holds from its first tick on', async () => {
    const refused = await tutorsim('fork', 'default@1300', '--as', 'west', '--set', 'students.west=0', '--store', store)
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('students.west 0: a whole number from 1'),
    ])
    expect((await tutorsim('worlds', '--store', store, '--world', 'west')).code).toBe(1)
    const made = await tutorsim('fork', 'default@1300', '--as', 'west', '--set', 'students.west=200', '--store', store)
    expect(made.stderr).toBe('world west is world default as it was before tick 1300, with students.west=200\n')
    await tutorsim('run', '--store', store, '--world', 'west', '--ticks', '700', '--to', 'west.ndjson')
  })
})

describe('diff', () => {
  const diff = (...words: string[]): Promise<Ended> => tutorsim('diff', ...words, '--store', store)

  it('finds nothing between a world and a fork that nothing was changed in', async () => {
    const { stdout, code } = await diff('default', 'twin')
    expect([code, stdout]).toEqual([0, expect.stringContaining('are the same up to tick 2000')])
  })

  it('says where two worlds part and what differs, and leaves out what does not', async () => {
    const { stdout, code } = await diff('default', 'west', '--json')
    expect(code).toBe(0)
    const found = JSON.parse(stdout)
    expect(found).toMatchObject({
      worlds: ['default', 'west'],
      until_tick: 2000,
      first: { change: expect.any(String) },
    })
    expect(found.tick).toBeGreaterThanOrEqual(1300)
    const regions = Object.keys(found.by_market).map((market) => market.split('|').at(-1))
    expect(new Set(regions)).toEqual(new Set(['west']))
    // Told again from the files: what is in one of them only.
    const from = new Date(START + found.tick * QUARTER_MILLISECONDS).toISOString()
    const later = (file: string) => linesOf(file).filter((line) => JSON.parse(line).payload.timestamp >= from)
    const [as, changed] = [new Set(later('all.ndjson')), new Set(later('west.ndjson'))]
    const { added, removed, changed: otherwise, moved } = found.events
    expect([...changed].filter((line) => !as.has(line)).length).toBe(added + otherwise + moved)
    expect([...as].filter((line) => !changed.has(line)).length).toBe(removed + otherwise + moved)
    expect(found.figures.map(({ events: count }: { events: number }) => count)).toEqual([as.size, changed.size])
    const text = await diff('default', 'west')
    expect(text.stdout).toContain(`worlds default and west part at tick ${found.tick}`)
  })

  it('says in one line that two worlds have nothing in common', async () => {
    await tutorsim(
      'run',
      '--store',
      store,
      '--world',
      'stranger',
      '--students',
      '50',
      '--ticks',
      '2',
      '--to',
      's.ndjson',
    )
    const { stderr, code } = await diff('default', 'stranger')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^tutorsim: worlds default and stranger: they share no tick that both have kept[^\n]*\n$/)
  })

  it.each([
    [['default@9999', '--as', 'x'], 'it has come to tick 2000, not to 9999'],
    [['default@HEAD', '--as', 'x'], 'not WORLD@TICK'],
    [['default@5', '--as', 'default'], 'there is such a world already'],
  ])('says in one line what it cannot do: %s', async (words, message) => {
    const { code, stderr } = await tutorsim('fork', ...words, '--store', store)
    expect(code).toBeGreaterThan(0)
    expect(stderr).toContain(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })
})

describe('set', () => {
  it.each([
    [['default', 'studnets=5'], 'studnets 5: no setting; is students meant?'],
    [['default', 'students=5', 'colour=3'], 'colour 3: no setting; there are the groups people, growth'],
    [['default', 'students=5', 'rate=3'], 'students 5: rate gives the size too, give one'],
    [['default', 'students=5', 'students=6'], 'students=5 students=6: students is set twice'],
    [['default', 'students=many'], 'students=many: not a name and a number, such as students=4000'],
    [['default', 'students=0'], 'students 0: a whole number from 1 to 10000000'],
    [['default', '=5'], '=5: not a name and a number'],
  ])('says in one line what it cannot do: %s', async (words, message) => {
    const { code, stderr } = await tutorsim('set', ...words, '--store', store)
    expect([code, stderr]).toEqual([2, expect.stringContaining(`tutorsim: ${message}`)])
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })
})

describe('worlds', () => {
  it('lives each world over again and finds it as it was', async () => {
    const { stdout, code } = await tutorsim('worlds', '--store', store, '--verify', '--json')
    expect(code).toBe(0)
    const { worlds } = JSON.parse(stdout)
    expect(worlds.map(({ world }: { world: string }) => world)).toEqual(
      expect.arrayContaining(['default', 'grown', 'twin']),
    )
    for (const { verified, backlog } of worlds) expect({ verified, backlog }).toEqual({ verified: true, backlog: 0 })
  })

  it('counts by stream what is not delivered yet', async () => {
    const closed = 'http://127.0.0.1:9/ingest'
    const words = ['run', '--store', store, '--world', 'waiting', '--students', STUDENTS, '--to', closed]
    const { code, stderr } = await tutorsim(...words, '--ticks', '60', '--give-up', '1s')
    expect(code).toBe(1)
    expect(stderr).toContain('nothing could be delivered for 1 s')
    const { stdout } = await tutorsim('worlds', '--store', store, '--world', 'waiting', '--json')
    const [{ backlog, targets, tick }] = JSON.parse(stdout).worlds
    await tutorsim(
      'run',
      '--store',
      'memory',
      '--students',
      STUDENTS,
      '--ticks',
      String(tick),
      '--to',
      'waiting.ndjson',
    )
    expect(backlog).toBe(linesOf('waiting.ndjson').length)
    const byStream = Object.values(targets[0].backlog_by_stream as Record<string, number>)
    expect(byStream.reduce((sum, count) => sum + count, 0)).toBe(backlog)
  })

  it('names what is damaged, and uses none of it', async () => {
    await tutorsim(
      'run',
      '--store',
      `sqlite:${join(folder, 'harmed.db')}`,
      '--students',
      STUDENTS,
      '--ticks',
      '300',
      '--to',
      'h.ndjson',
    )
    const bytes = readFileSync(join(folder, 'harmed.db'))
    const descriptor = openSync(join(folder, 'harmed.db'), 'r+')
    for (let at = 0; at < bytes.length; at += 4096) writeSync(descriptor, Buffer.from([0xa5, 0x5a]), 0, 2, at + 3000)
    closeSync(descriptor)
    const { code, stderr } = await tutorsim(
      'run',
      '--store',
      `sqlite:${join(folder, 'harmed.db')}`,
      '--ticks',
      '1',
      '--to',
      'h.ndjson',
    )
    expect(code).toBe(1)
    expect(stderr).toMatch(/damaged|not a|no way back/)
    expect(stderr).not.toContain('    at ')
  })

  it.each(['0d', '35d'])('deleted while it runs, ends there and is not born anew (--warmup %s)', async (warmup) => {
    const doomed = ['--store', `sqlite:${join(folder, `doomed-${warmup}.db`)}`]
    const words = [
      'run',
      ...doomed,
      '--students',
      STUDENTS,
      '--warmup',
      warmup,
      '--pace',
      '9000x',
      '--to',
      `d${warmup}.ndjson`,
    ]
    const child = spawn(process.execPath, [CLI, ...words], { cwd: folder, timeout: 60_000 })
    let stderr = ''
    child.stderr.on('data', (text) => (stderr += text))
    const ended = once(child, 'close')
    for (let tick = 0; tick < 3; await sleep(50)) {
      const { stdout, code } = await tutorsim('worlds', ...doomed, '--json')
      tick = code === 0 ? (JSON.parse(stdout).worlds[0]?.tick ?? 0) : 0
    }
    expect((await tutorsim('worlds', ...doomed, '--delete', 'default', '--yes')).code).toBe(0)
    expect(await ended).toEqual([1, null])
    expect(stderr).toMatch(/^world default begins [^\n]+\ntutorsim: world default: it was deleted meanwhile\n$/)
    expect(JSON.parse((await tutorsim('worlds', ...doomed, '--json')).stdout).worlds).toEqual([])
    const again = await tutorsim('run', ...doomed, '--students', STUDENTS, '--ticks', '40', '--to', `d${warmup}.ndjson`)
    expect(again.stderr).toContain(' over 10 hours, to d')
    expect(linesOf(`d${warmup}.ndjson`)).toEqual(linesOf('all.ndjson').slice(0, linesOf(`d${warmup}.ndjson`).length))
  })

  it('started with other settings is told what it is, in words, and goes on with the same ones', async () => {
    const words = ['run', '--store', store, '--ticks', '1', '--to', 'same.ndjson']
    for (const [option, value, said] of [
      ['--start', '2026-02-01', 'was born with 2026-01-05T00:00:00.000Z, not 2026-02-01T00:00:00.000Z; take another'],
      ['--tick', '1h', 'was born with 15m, not 1h; take another --world'],
      ['--warmup', '0d', 'was born with 35d, not 0d; take another --world'],
      ['--rate', '500', /has 300 students, not \d+ students; tutorsim set default students=/],
    ] as const) {
      const { code, stderr } = await tutorsim(...words, option, value)
      expect([code, stderr]).toEqual([2, expect.stringMatching(said)])
      expect(stderr).toContain(`tutorsim: ${option} ${value}: world default of ${store} `)
      const variable = `TUTORSIM_${option.slice(2).toUpperCase()}`
      const fromVariable = await tutorsimWith({ [variable]: value }, ...words)
      expect([fromVariable.code, fromVariable.stderr]).toEqual([2, stderr.replace(option, variable)])
    }
    const same = { TUTORSIM_START: '2026-01-05', TUTORSIM_WARMUP: '35d', TUTORSIM_STUDENTS: '300', TUTORSIM_SEED: '' }
    expect((await tutorsimWith(same, ...words, '--tick', '15m')).code).toBe(0)
  })

  it('deletes a world only when it is told twice', async () => {
    expect((await tutorsim('worlds', '--store', store, '--delete', 'twin')).code).toBe(2)
    expect((await tutorsim('worlds', '--store', store, '--delete', 'twin', '--yes')).code).toBe(0)
    expect((await tutorsim('show', 'stu_1042', '--store', store, '--world', 'twin')).code).toBe(1)
  })
})
