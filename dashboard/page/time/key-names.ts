// What each key does, as the page tells it.

export const KEYS: [string[], string][] = [
  [['Space'], 'play or pause'],
  [['←', '→'], 'an hour back, an hour on'],
  [[',', '.'], 'a tick back, a tick on'],
  [['Home'], 'to the beginning'],
  [['End'], 'to the present'],
  [['P'], 'tell the story, or stop telling it'],
  [['1', '9'], 'a scene of the story'],
  [['Page Up', 'Page Down'], 'the scene before, the next scene'],
  [['Esc'], 'close what is open'],
  [['?'], 'these keys'],
]
