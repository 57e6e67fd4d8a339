// `tutorsim ingest`: the reference ingestion API on its own, until it is told to stop. Then it says what has arrived: how
// often, in which order, and with `--expect` what is missing.

import { type BrokenRule, OptionError } from '../../engine/index.ts'
import {
  Chaos,
  chaosModes,
  createIngestionApi,
  type IngestionApi,
  type IngestionLedgerReport,
  openRecord,
} from '../../ingest/index.ts'

export interface IngestOptions {
  /** 0 for any free one. */
  port: number
  host: string
  /** An NDJSON file to append each distinct event to: on the disk before its sender is answered. */
  out?: string
  /** Trouble on purpose, see ingest/chaos.ts; each value one mode or several with commas between. */
  chaos?: string[] | string
  /** Of the chaos; any text. */
  seed?: string
  /** An NDJSON file of what should arrive, compressed or not: read when somebody asks, and at the end. */
  expect?: string
  /** What has arrived as JSON on standard output, at the end. */
  json?: boolean
}

/**
 * Serves until SIGINT or SIGTERM, then says what has arrived.
 *
 * @returns the exit code: 1 where `--expect` names what has not arrived, or cannot be read
 * @throws OptionError
 */
export async function ingest({ port, host, out, chaos, seed, expect, json }: IngestOptions): Promise<number> {
  const modes = chaos === undefined ? undefined : chaosModes([chaos].flat())
  const record = out === undefined ? undefined : openRecord(out, (trouble) => say(`--${trouble}`))
  const api = createIngestionApi({
    ...(record ? { onEvent: (key, event) => record.append(key, event), durable: () => record.durable() } : {}),
    ...(modes ? { chaos: new Chaos(modes, seed ?? 'chaos') } : {}),
    ...(expect === undefined ? {} : { expect }),
  })
  try {
    const url = await listen(api, port, host)
    // Before anybody is told where it is, and could ask for an end.
    const stop = stopSignal()
    process.stderr.write(
      `ingesting at ${url}/ingest, counts at ${url}/stats, what came and what is missing at ${url}/ledger\n`,
    )
    await Promise.race([stop, ...(record ? [record.failure] : [])])
  } finally {
    await api.close()
    await record?.close()
  }
  const ledger = await api.ledger()
  process.stderr.write(summary(ledger))
  if (json) process.stdout.write(`${JSON.stringify(ledger)}\n`)
  const { comparison } = ledger
  return comparison && ('error' in comparison || comparison.lost > 0) ? 1 : 0
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

async function listen(api: IngestionApi, port: number, host: string): Promise<string> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new OptionError({ option: 'port', rule: 'not within 0 to 65535', value: port })
  try {
    return await api.listen(port, host)
  } catch (cause) {
    throw new OptionError(blamed(cause as NodeJS.ErrnoException, port, host), { code: 'LISTEN_FAILED', cause })
  }
}

/** Which option it is that cannot be listened at. */
function blamed({ code, message }: NodeJS.ErrnoException, port: number, host: string): BrokenRule {
  if (code === 'EADDRINUSE') return { option: 'port', rule: `in use already on ${host}`, value: port }
  if (code === 'EACCES') return { option: 'port', rule: 'this user may not listen on it', value: port }
  return { option: 'host', rule: `no address of this machine (${code ?? message})`, value: host }
}

/** The first signal asks for an orderly end; a second one finds no listener and ends the process. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.off('SIGINT', stop).off('SIGTERM', stop)
      resolve()
    }
    process.on('SIGINT', stop).on('SIGTERM', stop)
  })
}

function summary({ byType, distinct, repeated, conflicting, rejected, ...rest }: IngestionLedgerReport): string {
  const { outOfOrder, first, last, comparison } = rest
  const lines = Object.entries(byType).map(([type, count]) => `${type.padEnd(28)}${String(count).padStart(12)}`)
  lines.push(`${distinct} distinct, ${repeated} repeated, ${conflicting} conflicting, ${rejected} rejected`)
  if (first !== null) lines.push(`${outOfOrder} out of order, from ${first} to ${last}`)
  if (comparison) lines.push(inWords(comparison))
  return `${lines.join('\n')}\n`
}

function inWords(comparison: NonNullable<IngestionLedgerReport['comparison']>): string {
  if ('error' in comparison) return `--expect: ${comparison.error}`
  const { expected, lost, lostKeys, unexpected } = comparison
  const examples = lost === 0 ? '' : ` (${lostKeys.join(', ')}${lost > lostKeys.length ? ', …' : ''})`
  return `${lost} of ${expected} expected lost${examples}, ${unexpected} unexpected`
}
