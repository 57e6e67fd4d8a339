// `npm run bench`: runs the benchmarks that are named, or all, one after the other; nothing else should run meanwhile.

const BENCHMARKS = [
  'library',
  'isolation',
  'simulation',
  'threads',
  'check',
  'files',
  'backfill',
  'state',
  'opening',
  'delivery',
  'pace',
  'batches',
  'lambda',
  'page',
] as const

const named = process.argv.slice(2)
for (const name of named) {
  if ((BENCHMARKS as readonly string[]).includes(name)) continue
  console.error(`${name}: not a benchmark; there are ${BENCHMARKS.join(', ')}`)
  process.exit(2)
}
let missed = false
for (const name of BENCHMARKS) {
  if (named.length > 0 && !named.includes(name)) continue
  process.exitCode = 0
  await import(`./${name}.ts`)
  missed ||= process.exitCode !== 0
}
process.exitCode = missed ? 1 : 0
