// The command line: what there is to say, and how a run ends. Each command is a file of its own, loaded when called.

import { readFileSync } from 'node:fs'
import { Command, CommanderError, type Option } from 'commander'
import { nearest, OptionError, withoutCredentials } from '../engine/index.ts'
import { examples, group, HELP } from './terminal/help.ts'
import type { RunOptions } from './terminal/plan.ts'
import { isWrongUsage, lineAs, UsageError } from './terminal/usage.ts'
import { calledBy, preferOptions, prepareVariables, setting } from './terminal/variables.ts'

const STORE = 'sqlite:.tutorsim/worlds.db'
const DONE = 0
const FAILED = 1
const WRONG_USAGE = 2

/** A command that tells an option which is none by its name alone, as a value behind it may be a secret. */
class Told extends Command {
  /** What commander calls. @throws UsageError */
  unknownOption(flag: string): never {
    const [option = ''] = flag.split('=')
    const meant = nearest(option, [...this.options.map(({ long }) => long ?? ''), '--help'])
    throw new UsageError(`unknown option '${option}'${meant ? ` (Did you mean ${meant}?)` : ''}`)
  }
}

const program = new Command('tutorsim')
  .description('A living tutoring marketplace: coherent, deterministic events for dashboards, pipelines and tests.')
  .version(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version)
  .exitOverride()
  .configureOutput({ outputError: () => undefined })
  .configureHelp(HELP)
  .helpCommand(false)
  .allowUnknownOption()
  .argument('[command]')
  .argument('[words...]')
  .usage('<command> [options]')
  .action((name?: string) => {
    if (name !== undefined) throw new UsageError(unknown(name))
    program.outputHelp()
  })
program.createCommand = (name) => new Told(name)
examples(program, ['tutorsim run --for 30d --to events.ndjson', 'tutorsim check events.ndjson', 'tutorsim run --help'])

/** What is said of a first word that is no command. */
function unknown(name: string): string {
  const names = program.commands.map((command) => command.name())
  const meant = nearest(name, names)
  if (name.startsWith('-')) return `unknown option '${name.split('=')[0]}'; the options of a command come after it`
  return `unknown command '${name}'${meant ? ` (Did you mean ${meant}?)` : `; commands are ${names.join(', ')}`}`
}

const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value]
/** Reads the value of an option that is a number; whether it is a good one is for the command to say. */
const numberOf =
  (option: string) =>
  (value: string): number => {
    if (!/^-?\d+(\.\d+)?$/.test(value)) throw new OptionError({ option, rule: 'not a number', value })
    return Number(value)
  }
const storeOption = (): Option =>
  setting('--store <store>', 'where worlds are kept: sqlite:FILE or dynamodb:TABLE').default(STORE)
const jsonOption = (): Option => setting('--json', 'report the figures as JSON on standard output')

const run = program.command('run').description('simulate a world and deliver its events')
// Hardly a default here: an option that was not given is the world's own, where there is a world.
group(run, 'The world, for life:', [
  setting('--world <name>', 'name in the store (default: default)'),
  setting('--seed <text>', 'any text (default: demo)'),
  setting('--students <count>', 'size by students, 1 to 10000000 (default: 2000)').argParser(numberOf('students')),
  setting('--rate <events>', 'size by mean events a tick over a week').argParser(numberOf('rate')),
  setting('--start <instant>', 'simulated birth, or now-30d, today-12w (default: 2026-01-05T00:00:00Z)'),
  setting('--tick <duration>', 'length of a tick, divides a day (default: 15m)'),
  setting('--warmup <duration>', 'simulated silently before the start, 0d for none (default: 35d)'),
  setting('--calendar <file>', 'holidays, breaks and exams of your own: YAML or JSON (default: the United States)'),
  setting('--settings <file>', 'figures of your own: YAML or JSON, or preset:NAME; tutorsim settings lists them'),
  setting('--shocks <on|off>', 'off: no weather, illness, outages, bad releases or changes of price (default: on)'),
  setting(
    '--scenario <name>',
    'what happens: a built-in scenario (NAME, or NAME:mild) or a file of your own; repeatable',
  ).argParser(collect),
])
group(run, 'How far, and how fast:', [
  setting('--ticks <count>', 'how far to go (default: until Ctrl-C)').argParser(numberOf('ticks')),
  setting('--for <duration>', 'how far to go, as simulated time'),
  setting('--pace <pace>', 'max, realtime, or a factor such as 60x (default: max)'),
  setting('--live', 'at full speed up to the present, then each event at its own timestamp'),
])
group(run, 'Delivery:', [
  setting(
    '--to <target>',
    'http(s)://…, kinesis:NAME, file.ndjson[.zst], file.parquet, or - for standard output; repeatable (default: -)',
  ).argParser(collect),
  setting('--streams <count>', 'delivery lanes (default: 50)').argParser(numberOf('streams')),
  setting('--opening', 'first tell a target that is new to the world how students, tutors and markets stand'),
  setting('--give-up <duration>', 'stop when nothing could be delivered for so long (default: 30s)'),
  setting('--max-rate <events>', 'deliver so many events a second at the most').argParser(numberOf('max-rate')),
  setting(
    '--labels <file>',
    'write what interventions did, beside the same world without them: NDJSON, and FILE.windows.json',
  ),
])
group(run, 'Delivery over HTTP:', [
  setting('--format <format>', 'plain, or cloudevents in structured mode (default: plain)'),
  setting('--batch <events>', 'up to so many events of a stream in a post, 1 to 500 (default: 1)').argParser(
    numberOf('batch'),
  ),
  setting(
    '--map <file>',
    'bodies of another shape: a JSONata expression for all events, or sections "session_started: <expression>", ' +
      '"*: …" for other types and "batch: …" for the whole post; null posts nothing, $secret("NAME") is a variable',
  ),
  setting('--header <header>', `'Name: value', \${NAME} from the environment; repeatable`).argParser(collect),
  setting('--api-key-file <file>', 'send the key in this file as x-api-key'),
  setting('--sign-key-file <file>', 'sign each post with the secret in this file (Standard Webhooks)'),
  setting('--ack <field>', 'only a 2xx whose JSON has this field acknowledges (default: any 2xx)'),
])
group(run, 'Where it is kept, and what it uses:', [
  setting('--store <store>', 'where the world is kept: sqlite:FILE, dynamodb:TABLE, or memory').default(STORE),
  setting('--keep <time>', 'how much of its history, by the clock: all, or a duration such as 30d (default: all)'),
  setting('--workers <count>', 'threads; the output does not depend on it (default: number of cores)').argParser(
    numberOf('workers'),
  ),
])
group(run, 'Output:', [jsonOption()])
examples(run, [
  'tutorsim run --for 30d --to events.ndjson',
  'tutorsim run --for 1d --to https://example.com/batch --map ours.yaml --batch 100',
  'tutorsim run --start now-30d --live --to https://example.com/ingest --api-key-file key.txt',
])
run.action(async (options: RunOptions) => exit(await (await import('./commands/run.ts')).run(options)))

const check = program
  .command('check')
  .description('verify every promise of an event stream')
  .argument('<file>', 'NDJSON, which may end in .zst, or - for standard input')
group(check, 'What is known of the stream:', [
  setting('--since-birth', 'it begins with its world (default: told from the stream)'),
  setting('--mid-life', 'it begins in the middle of its world'),
  setting('--labels <file>', 'labels of its run: a violation that a dirty wire has brought is named by them'),
])
group(check, 'Output:', [
  setting('--max <count>', 'violations to print').argParser(numberOf('max')).default(20),
  jsonOption(),
])
examples(check, [
  'tutorsim check events.ndjson',
  'tutorsim check events.ndjson.zst --since-birth --json',
  'tutorsim run --store memory --for 7d | tutorsim check -',
])
check.action(async (file: string, { sinceBirth, midLife, ...options }) => {
  if (sinceBirth && midLife) throw new UsageError('--since-birth and --mid-life exclude each other')
  const known = sinceBirth ? { sinceBirth: true } : midLife ? { sinceBirth: false } : {}
  exit(await (await import('./commands/check.ts')).check(file, { ...options, ...known }))
})

const report = program
  .command('report')
  .description('how real an event stream looks: a page with each target beside what was measured')
  .argument('<file>', 'NDJSON, which may end in .zst, or - for standard input')
group(report, 'Beside what:', [
  setting('--against <file>', 'another stream'),
  setting(
    '--settings <file>',
    'the settings that it was made with, or preset:NAME (default: those of the default world)',
  ),
])
group(report, 'Output:', [
  setting('--out <file>', "the page, or - for standard output (default: the stream's name with .html behind it)"),
  jsonOption(),
])
examples(report, [
  'tutorsim report events.ndjson',
  'tutorsim report events.ndjson --against yours.ndjson --out report.html',
  'tutorsim run --store memory --for 90d | tutorsim report - --json',
])
report.action(async (file: string, options) => exit(await (await import('./commands/report.ts')).report(file, options)))

const demo = program.command('demo').description('a living world on a page: dashboard and ingestion API, until Ctrl-C')
group(demo, 'The world:', [
  setting('--seed <text>', 'any text (default: demo)'),
  setting('--students <count>', 'size by students (default: 2000)').argParser(numberOf('students')),
  setting('--settings <file>', 'figures of your own, or preset:NAME such as preset:strained'),
  setting('--scenario <name>', 'what happens in it: a built-in scenario (NAME, or NAME:mild) or a file of your own'),
  setting('--live', 'goes on in real time; otherwise at 300 times that, into a simulated future'),
])
group(demo, 'A world that is kept, instead:', [
  setting('--world <name>', 'name in the store; it is only looked at'),
  storeOption(),
  setting('--control', 'with --world: the page may drive it'),
])
group(demo, 'Where it listens:', [
  setting('--port <port>', '0 for any free one (default: the first free one from 4173 on)').argParser(numberOf('port')),
  setting('--host <host>', 'address to listen on').default('127.0.0.1'),
  setting('--token <text>', 'wanted from everybody; needed where --host can be reached from elsewhere'),
  setting('--open', 'open the page in a browser'),
])
group(demo, 'Output:', [
  setting('--snapshot <file>', 'write the page as one HTML file, with its history in it, instead'),
])
examples(demo, [
  'tutorsim demo --open',
  'tutorsim demo --world default',
  'tutorsim demo --students 20000 --live',
  'tutorsim demo --settings preset:language-school',
  'tutorsim demo --snapshot world.html',
])
demo.action(async (options) => exit(await (await import('./commands/demo.ts')).demo(options)))

const ingest = program.command('ingest').description('the reference ingestion API on its own, until Ctrl-C')
group(ingest, 'Where it listens:', [
  setting('--port <port>', '0 for any free one').argParser(numberOf('port')).default(4180),
  setting('--host <host>', 'address to listen on').default('127.0.0.1'),
])
group(ingest, 'Trouble on purpose:', [
  setting('--chaos <modes>', 'flaky, slow, down:30s, out-of-order, throttle:100; repeatable, or with commas').argParser(
    collect,
  ),
  setting('--seed <text>', 'of the trouble (default: chaos)'),
])
group(ingest, 'Output:', [
  setting('--out <file>', 'append each distinct event to an NDJSON file, synced to disk before it is acknowledged'),
  setting('--expect <file>', 'NDJSON of what should arrive; says what is lost'),
  setting('--json', 'report what has arrived as JSON on standard output, at the end'),
])
examples(ingest, [
  'tutorsim ingest',
  'tutorsim ingest --port 0 --out arrived.ndjson --expect events.ndjson',
  'tutorsim ingest --chaos flaky,throttle:100',
])
ingest.action(async (options) => exit(await (await import('./commands/ingest.ts')).ingest(options)))

const distribution = program
  .command('distribution')
  .description('counts by event type on a Kinesis stream or in a file')
  .argument('<target>', 'kinesis:NAME, file.ndjson, file.ndjson.zst, or - for standard input')
group(distribution, 'Output:', [jsonOption()])
examples(distribution, ['tutorsim distribution events.ndjson', 'tutorsim distribution kinesis:tutoring-events --json'])
distribution.action(async (target: string, options) =>
  exit(await (await import('./commands/distribution.ts')).distribution(target, options)),
)

const worlds = program
  .command('worlds')
  .description('the worlds in a store: tick, simulated time, agents, backlog, digest')
group(worlds, 'Which worlds:', [storeOption(), setting('--world <name>', 'this one only')])
group(worlds, 'What was refused:', [
  setting('--parked', 'the events that a target has refused, with its answers'),
  setting('--requeue', 'send what was refused once more, to --to and as the run does'),
  setting('--to <url>', 'with --requeue: the target that refused it'),
  setting('--format <format>', 'with --requeue: plain or cloudevents')
    .choices(['plain', 'cloudevents'])
    .default('plain'),
  setting('--batch <events>', 'with --requeue: as the run does').argParser(numberOf('batch')),
  setting('--ack <field>', 'with --requeue'),
  setting('--map <file>', 'with --requeue'),
  setting('--header <header>', 'with --requeue; repeatable').argParser(collect),
  setting('--api-key-file <file>', 'with --requeue'),
  setting('--sign-key-file <file>', 'with --requeue'),
])
group(worlds, 'Changes:', [
  setting('--forget <target>', 'let go of a target: it is owed nothing any more'),
  setting('--delete <name>', 'delete a world, after asking'),
  setting('--yes', 'delete without asking'),
])
group(worlds, 'Output:', [
  setting('--verify', 'live each world over again and compare every record, checkpoint and digest'),
  jsonOption(),
])
examples(worlds, [
  'tutorsim worlds',
  'tutorsim worlds --world default --verify --json',
  'tutorsim worlds --requeue --to https://example.com/ingest --api-key-file key.txt',
])
worlds.action(async (options) => exit(await (await import('./commands/worlds.ts')).worlds(options)))

const show = program
  .command('show')
  .description('one student, tutor, session or call: state and timeline; or what has hit many at once')
  .argument('<id>', 'stu_…, tut_…, sess_…, call_… or shocks')
group(show, 'Which world, and when:', [
  storeOption(),
  setting('--world <name>', 'name in the store').default('default'),
  setting('--at <tick>', 'as it was before this tick, or at this instant (default: now)'),
])
group(show, 'Output:', [
  setting('--last <count>', 'events of the timeline, or shocks, to print').argParser(numberOf('last')).default(20),
  setting('--json', 'all of it as JSON on standard output'),
])
examples(show, ['tutorsim show stu_1042', 'tutorsim show tut_107 --world what-if --at 2026-01-20 --last 5'])
show.action(async (id: string, options) => exit(await (await import('./commands/show.ts')).show(id, options)))

const explain = program
  .command('explain')
  .description('what led to an event: rule by rule, with its chance and the hidden state, to what no event led to')
  .argument('<event_id>', 'as in the stream: sess_….completed, call_….logged, stu_….health.…, …')
group(explain, 'Which world:', [storeOption(), setting('--world <name>', 'name in the store').default('default')])
group(explain, 'Output:', [setting('--json', 'the chain as JSON on standard output')])
examples(explain, [
  'tutorsim explain call_1767715331152_1065.logged',
  'tutorsim explain stu_1042.health.1767799680000 --world what-if --json',
])
explain.action(async (id: string, options) => exit(await (await import('./commands/explain.ts')).explain(id, options)))

const fork = program
  .command('fork')
  .description('a new world from an old tick, with the same randomness: only what you change differs')
  .argument('<world@tick>', 'such as default@96: as it was before that tick; default: as it is now')
group(fork, 'The new world:', [setting('--as <name>', 'its name').makeOptionMandatory(), storeOption()])
group(fork, 'A change at once:', [
  setting(
    '--set <name=value>',
    'as tutorsim set: students=COUNT, students.west=COUNT, rate=EVENTS or a setting; repeatable',
  ).argParser(collect),
])
examples(fork, [
  'tutorsim fork default --as what-if',
  'tutorsim fork default@960 --as larger --set students=2500',
  'tutorsim fork default@960 --as west --set students.west=800',
])
fork.action(async (from: string, options) => exit(await (await import('./commands/fork.ts')).fork(from, options)))

const set = program
  .command('set')
  .description('change a world from its next tick on')
  .argument('<world>', 'name in the store')
  .argument(
    '<assignment...>',
    'students=COUNT, students.REGION=COUNT, rate=EVENTS, or a setting such as calls.per_100_sessions=8',
  )
group(set, 'Where it is:', [storeOption()])
examples(set, [
  'tutorsim set default students=4000',
  'tutorsim set default students.west=800',
  'tutorsim set default calls.per_100_sessions=8 sessions.failed_percent=15',
])
set.action(async (world: string, assignments: string[], options) =>
  exit(await (await import('./commands/fork.ts')).set(world, assignments, options)),
)

const settings = program
  .command('settings')
  .description('every setting of a world; one or a group of them; or what a file of settings makes of a world')
  .argument('[name]', 'a setting or a group such as calls; or check')
  .argument('[file]', 'with check: the file, or preset:NAME')
  .usage('[name] [options]\n       tutorsim settings check <file> [options]')
group(settings, 'Output:', [jsonOption()])
examples(settings, [
  'tutorsim settings calls.per_100_sessions',
  'tutorsim settings check ours.yaml',
  'tutorsim run --settings preset:calm --for 30d --to events.ndjson',
])
settings.action(async (name: string | undefined, file: string | undefined, options) => {
  const commands = await import('./commands/settings.ts')
  if (name === 'check') {
    if (file === undefined) throw new UsageError('settings check: which file?')
    return exit(await commands.checkSettings(file, options))
  }
  if (file !== undefined) throw new UsageError(`settings ${name} ${file}: one name, or check and a file`)
  exit(commands.settings(name, options))
})

const intervene = program
  .command('intervene')
  .description('change something of a world for a time, in a place: one cause, its consequences come by themselves')
  .argument('<world>', 'name in the store')
group(intervene, 'What:', [
  setting('--kind <kind>', 'what is changed: demand, calls, tutor_hours …; tutorsim scenarios lists the kinds'),
  setting('--size <size>', 'how much, in the unit of its kind').argParser(numberOf('size')),
  setting('--shape <shape>', 'step, ramp or pulse (default: step)'),
  setting('--reason <reason>', 'of calls and call_resolution: this reason of calls; repeatable').argParser(collect),
])
group(intervene, 'Where (default: everywhere):', [
  setting('--region <region>', 'repeatable').argParser(collect),
  setting('--subject <subject>', 'repeatable').argParser(collect),
  setting('--share <share>', 'this share of the people, such as 0.3').argParser(numberOf('share')),
  setting('--id <id>', 'this student or tutor; repeatable').argParser(collect),
])
group(intervene, 'When:', [
  setting('--from <instant>', "an instant, or an offset from the world's start such as +12d (default: the next tick)"),
  setting('--until <instant>', 'likewise (default: for good)'),
])
group(intervene, 'Or all that a scenario file has:', [setting('--file <file>', 'a scenario as YAML or JSON')])
group(intervene, 'Where the world is:', [storeOption()])
examples(intervene, [
  'tutorsim intervene default --kind calls --reason billing_question --size 20 --region west --from +12d --until +15d',
  'tutorsim intervene default --kind tutor_hours --size 0 --share 0.5 --subject Physics',
  'tutorsim intervene default --file ours.yaml',
])
intervene.action(async (world: string, options) =>
  exit(await (await import('./commands/intervene.ts')).intervene(world, options)),
)

const diff = program
  .command('diff')
  .description('where two worlds of one chain part, and by how much: a fork and its origin, or two forks')
  .argument('<world>', 'name in the store')
  .argument('<other>', 'name in the store')
group(diff, 'Where they are:', [storeOption()])
group(diff, 'Output:', [jsonOption()])
examples(diff, ['tutorsim diff default what-if', 'tutorsim diff default what-if --json'])
diff.action(async (world: string, other: string, options) =>
  exit(await (await import('./commands/diff.ts')).diff(world, other, options)),
)

const score = program.command('score').description('how good your detections are, beside the true labels of a run')
group(score, 'What to compare:', [
  setting('--labels <file>', 'what tutorsim run --labels has written').makeOptionMandatory(),
  setting(
    '--detections <file>',
    'NDJSON of {"series", "at"} or {"series", "begin", "end"}, with "score" if you like; - for standard input. ' +
      '{"series"} alone: watched, and nothing found',
  ).makeOptionMandatory(),
])
group(score, 'What was watched:', [
  setting('--from <instant>', 'from when on (default: the first label or detection)'),
  setting('--until <instant>', 'up to when (default: the last label or detection)'),
])
group(score, 'Output:', [jsonOption()])
examples(score, [
  'tutorsim score --labels labels.ndjson --detections mine.ndjson',
  'tutorsim score --labels labels.ndjson --detections mine.ndjson --from 2026-01-05 --until 2026-03-02 --json',
])
score.action(async (options) => exit(await (await import('./commands/score.ts')).score(options)))

const scenarios = program
  .command('scenarios')
  .description('the built-in scenarios and the kinds of intervention; check FILE looks over one of your own')
  .argument('[check]', 'check: the file that follows')
  .argument('[file]', 'a scenario as YAML or JSON')
group(scenarios, 'Output:', [
  setting(
    '--json',
    'as JSON on standard output: the JSON Schema of a scenario file, the built-in ones, kinds and metrics',
  ),
])
examples(scenarios, ['tutorsim scenarios', 'tutorsim scenarios check ours.yaml', 'tutorsim scenarios --json'])
scenarios.action(async (word: string | undefined, file: string | undefined, options) => {
  const commands = await import('./commands/scenarios.ts')
  if (word === undefined) return exit(commands.scenarios(options))
  if (word !== 'check') throw new UsageError(`scenarios ${word}: scenarios check FILE, or scenarios alone`)
  if (file === undefined) throw new UsageError('scenarios check: the name of a file is missing')
  exit(await commands.checkScenario(file, options))
})

/** The command under way. */
let command: Command | undefined
program
  .hook('preSubcommand', (_, called) => {
    command = called
    prepareVariables(program, called, process.env)
  })
  .hook('preAction', (_, called) => preferOptions(called))

function exit(code: number): void {
  process.exitCode = code
}

/** Exit code and the one line for whatever ended a command early. */
function failure(error: unknown): { code: number; line: string } {
  if (error instanceof CommanderError) {
    const help = error.exitCode === 0 || error.code.startsWith('commander.help')
    return {
      code: help ? DONE : WRONG_USAGE,
      line: help ? '' : withoutCredentials(error.message.replace(/^error: /, '')),
    }
  }
  const line = lineAs(error, ({ option, value }) => calledBy(command, option, value))
  if (isWrongUsage(error)) return { code: WRONG_USAGE, line }
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') return { code: DONE, line: '' }
  if (process.env.TUTORSIM_DEBUG) console.error(error)
  return { code: FAILED, line }
}

// A write reports its error here, unless whoever writes listens too, as `--to -` does. To the other stream nothing can be
// said once it cannot be written to.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (process.stdout.listenerCount('error') > 1) return
  if (error.code === 'EPIPE') process.exit(DONE)
  process.stderr.write(`tutorsim: standard output: ${error.message}\n`)
  process.exit(FAILED)
})
process.stderr.on('error', () => undefined)

try {
  await program.parseAsync()
} catch (error) {
  const { code, line } = failure(error)
  if (line !== '') process.stderr.write(`tutorsim: ${line}\n`)
  exit(code)
}
