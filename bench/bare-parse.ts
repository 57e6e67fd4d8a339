// The barest reader of events: cuts a file into lines and parses each with JSON.parse.

import { closeSync, openSync, readSync } from 'node:fs'

const LINE_FEED = 10
const file = openSync(process.argv[2] ?? '', 'r')
const buffer = Buffer.allocUnsafe(1 << 20)
let kept = 0
let lines = 0
for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer, kept, buffer.length - kept, null)) {
  const end = buffer.subarray(0, kept + read).lastIndexOf(LINE_FEED) + 1
  const text = buffer.toString('latin1', 0, end)
  let from = 0
  for (let to = text.indexOf('\n'); to !== -1; to = text.indexOf('\n', from)) {
    JSON.parse(text.slice(from, to))
    lines++
    from = to + 1
  }
  kept = kept + read - end
  buffer.copyWithin(0, end, end + kept)
}
closeSync(file)
console.log(lines)
