// The command line: what there is to say, and how a run ends. Each command is a file of its own, loaded when called.

import { readFileSync } from 'node:fs'
import { Command, CommanderError, Option } from 'commander'
import { OptionError } from '../engine/index.ts'
import type { RunOptions } from './terminal/plan.ts'
import { isWrongUsage, lineOf, UsageError } from './terminal/usage.ts'

const STORE = 'sqlite:.tutorsim/worlds.db'
const DONE = 0
const FAILED = 1
const WRONG_USAGE = 2

const program = new Command('tutorsim')
  .description('A living tutoring marketplace: coherent, deterministic events for dashboards, pipelines and tests.')
  .version(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version)
  .exitOverride()
  .configureOutput({ outputError: () => undefined })
  .showSuggestionAfterError(false)
  .helpCommand(false)
  .argument('[command]')
  .usage('<command> [options]')
  .action((command?: string) => {
    const names = program.commands.map((known) => known.name()).join(', ')
    if (command !== undefined) throw new UsageError(`${command}: not a command; commands are ${names}`)
    program.outputHelp()
  })

/** An option of `run`, which its name in upper case sets as well. */
const setting = (flags: string, description: string): Option => {
  const option = new Option(flags, description)
  return option.env(option.attributeName().replace(/[A-Z]/g, '_$&').toUpperCase())
}
const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value]
/** Reads the value of an option that is a number; whether it is a good one is for the command to say. */
const numberOf =
  (option: string) =>
  (value: string): number => {
    if (!/^-?\d+(\.\d+)?$/.test(value)) throw new OptionError({ option, rule: 'not a number', value })
    return Number(value)
  }

const run = program.command('run').description('simulate a world and deliver its events')
// Hardly a default here: an option that was not given is the world's own, where there is a world.
for (const option of [
  setting('--world <name>', 'name in the store (default: default)'),
  setting('--seed <text>', 'any text (default: demo)'),
  setting('--students <count>', 'size by students, 1 to 10000000 (default: 2000)').argParser(numberOf('students')),
  setting('--rate <events>', 'size by mean events a tick over a week').argParser(numberOf('rate')),
  setting('--start <instant>', 'simulated birth (default: 2026-01-05T00:00:00Z)'),
  setting('--tick <duration>', 'length of a tick, divides a day (default: 15m)'),
  setting('--ticks <count>', 'how far to go (default: until Ctrl-C)').argParser(numberOf('ticks')),
  setting('--for <duration>', 'how far to go, as simulated time'),
  setting('--warmup <duration>', 'simulated silently before the start, 0d for none (default: 35d)'),
  setting(
    '--to <target>',
    'http(s)://…, kinesis:NAME, file.ndjson[.zst], file.parquet, or - for standard output; repeatable (default: -)',
  ).argParser(collect),
  setting('--streams <count>', 'delivery lanes (default: 50)').argParser(numberOf('streams')),
  setting('--give-up <duration>', 'stop when nothing could be delivered for so long (default: 30s)'),
  setting('--store <store>', 'where the world is kept: sqlite:FILE, dynamodb:TABLE, or memory').default(STORE),
  setting('--workers <count>', 'threads; the output does not depend on it (default: number of cores)').argParser(
    numberOf('workers'),
  ),
  setting('--pace <pace>', 'max, realtime, or a factor such as 60x (default: max)'),
  setting('--format <format>', 'on HTTP: plain, or cloudevents in structured mode (default: plain)'),
  setting('--ack <field>', 'on HTTP: only a 2xx whose JSON has this field acknowledges (default: any 2xx)'),
  setting('--max-rate <events>', 'deliver so many events a second at the most').argParser(numberOf('max-rate')),
  setting('--api-key-file <file>', 'send the key in this file as x-api-key'),
  setting('--sign-key-file <file>', 'sign each post with the key in this file (HMAC-SHA256)'),
  setting('--scenario <file>', 'not available yet').hideHelp(),
  setting('--labels <file>', 'not available yet').hideHelp(),
  new Option('--json', 'report the figures as JSON on standard output'),
])
  run.addOption(option)
run.action(async (options: RunOptions) => exit(await (await import('./commands/run.ts')).run(options)))

program
  .command('check')
  .description('verify every promise of an event stream')
  .argument('<file>', 'NDJSON, or - for standard input')
  .option('--since-birth', 'the stream begins with its world (default: told from the stream)')
  .option('--mid-life', 'the stream begins in the middle of its world')
  .option('--max <count>', 'violations to print', numberOf('max'), 20)
  .option('--json', 'report the figures as JSON on standard output')
  .action(async (file: string, { sinceBirth, midLife, ...options }) => {
    if (sinceBirth && midLife) throw new UsageError('--since-birth and --mid-life exclude each other')
    const known = sinceBirth ? { sinceBirth: true } : midLife ? { sinceBirth: false } : {}
    exit(await (await import('./commands/check.ts')).check(file, { ...options, ...known }))
  })

program
  .command('ingest')
  .description('the reference ingestion API on its own')
  .option('--port <port>', '0 for any free one', numberOf('port'), 4180)
  .option('--host <host>', 'address to listen on', '127.0.0.1')
  .option('--out <file>', 'append each distinct event to an NDJSON file')
  .option(
    '--chaos <modes>',
    'trouble on purpose: flaky, slow, down:30s, out-of-order, throttle:100; repeatable, or with commas',
    collect,
  )
  .option('--seed <text>', 'of the trouble (default: chaos)')
  .option('--expect <file>', 'NDJSON of what should arrive; says what is lost')
  .option('--json', 'report what has arrived as JSON on standard output, at the end')
  .action(async (options) => exit(await (await import('./commands/ingest.ts')).ingest(options)))

program
  .command('distribution')
  .description('counts by event type on a Kinesis stream or in a file')
  .argument('<target>', 'kinesis:NAME, file.ndjson, file.ndjson.zst, or - for standard input')
  .option('--json', 'report the figures as JSON on standard output')
  .action(async (target: string, options) =>
    exit(await (await import('./commands/distribution.ts')).distribution(target, options)),
  )

const storeOption = (): Option => new Option('--store <store>', 'where the worlds are kept').env('STORE').default(STORE)

program
  .command('worlds')
  .description('the worlds in a store: tick, simulated time, agents, backlog, digest')
  .addOption(storeOption())
  .option('--world <name>', 'this one only')
  .option('--verify', 'live each world over again and compare every record, checkpoint and digest')
  .option('--parked', 'the events that a target has refused, with its answers')
  .option('--requeue', 'send what was refused once more, to --to and as the run does')
  .option('--to <url>', 'with --requeue: the target that refused it')
  .addOption(new Option('--format <format>', 'with --requeue').choices(['plain', 'cloudevents']).default('plain'))
  .option('--ack <field>', 'with --requeue')
  .option('--api-key-file <file>', 'with --requeue')
  .option('--sign-key-file <file>', 'with --requeue')
  .option('--forget <target>', 'let go of a target: it is owed nothing any more')
  .option('--delete <name>', 'delete a world, after asking')
  .option('--yes', 'delete without asking')
  .option('--json', 'report the figures as JSON on standard output')
  .action(async (options) => exit(await (await import('./commands/worlds.ts')).worlds(options)))

program
  .command('show')
  .description('one student, tutor, session or call: state and timeline')
  .argument('<id>', 'stu_…, tut_…, sess_… or call_…')
  .addOption(storeOption())
  .addOption(setting('--world <name>', 'name in the store').default('default'))
  .option('--at <tick>', 'as it was before this tick, or at this instant (default: now)')
  .option('--last <count>', 'events of the timeline to print', numberOf('last'), 20)
  .option('--json', 'all of it as JSON on standard output')
  .action(async (id: string, options) => exit(await (await import('./commands/show.ts')).show(id, options)))

program
  .command('fork')
  .description('a new world from an old tick, with the same randomness: only what you change differs')
  .argument('<world@tick>', 'such as default@96: as it was before that tick; default: as it is now')
  .requiredOption('--as <name>', 'name of the new world')
  .addOption(storeOption())
  .action(async (from: string, options) => exit(await (await import('./commands/fork.ts')).fork(from, options)))

program
  .command('set')
  .description('change a world from its next tick on')
  .argument('<world>', 'name in the store')
  .argument('<assignment...>', 'students=COUNT or rate=EVENTS')
  .addOption(storeOption())
  .action(async (world: string, assignments: string[], options) =>
    exit(await (await import('./commands/fork.ts')).set(world, assignments, options)),
  )

function exit(code: number): void {
  process.exitCode = code
}

/** Exit code and the one line for whatever ended a command early. */
function failure(error: unknown): { code: number; line: string } {
  if (error instanceof CommanderError) {
    const help = error.exitCode === 0 || error.code.startsWith('commander.help')
    return {
      code: help ? DONE : WRONG_USAGE,
      line: help ? '' : (error.message.replace(/^error: /, '').split('\n')[0] as string),
    }
  }
  if (isWrongUsage(error)) return { code: WRONG_USAGE, line: lineOf(error) }
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') return { code: DONE, line: '' }
  if (process.env.TUTORSIM_DEBUG) console.error(error)
  return { code: FAILED, line: lineOf(error) }
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

for (const command of program.commands) command.exitOverride().configureOutput({ outputError: () => undefined })

try {
  await program.parseAsync()
} catch (error) {
  const { code, line } = failure(error)
  if (line !== '') process.stderr.write(`tutorsim: ${line}\n`)
  exit(code)
}
