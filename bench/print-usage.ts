// Loaded before a program (`node --import`): as it ends, it says what it took as the last line of its standard error.

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const usage = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, maxResidentBytes: maxRSS * 1024 }
  console.error(JSON.stringify(usage))
})
