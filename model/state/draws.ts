// What each random draw decides, and whose it is. A purpose belongs to one kind of agent; its number is part of the draw's
// address, so changing one changes every world.

export const Purpose = {
  // Of a student:
  birth: 1,
  past: 2,
  // … of their n-th session: what is planned, asked for, how it goes, who teaches it at each try, and what no tutor leads to;
  plan: 3,
  request: 4,
  start: 5,
  complete: 6,
  match: 7,
  noMatch: 8,
  // … of a call, by what led to it;
  call: 9,
  // … of their n-th review;
  review: 10,
  goodbye: 11,
  // … of whether they rest in summer;
  rest: 15,
  // … of how they came to the seat, and how they leave it where the world becomes smaller;
  arrival: 12,
  closing: 13,
  // … and a tutor.
  fit: 14,
  // Of a tutor: their traits, their n-th week, their hour for telling it, their places on each subject's circle.
  tutorBirth: 20,
  tutorWeek: 21,
  posting: 22,
  circle: 23,
  // … and when they are away, by stretches of days.
  absence: 24,
  // Of a market and a day: its classes, each one of them, and whether a tutor is taken on.
  classes: 30,
  groupClass: 31,
  recruit: 32,
  // Of the platform and a day, a release, a quarter.
  outage: 40,
  release: 41,
  priceChange: 42,
  // Of a region and a day, a winter, a report of grades.
  weather: 50,
  winterIllness: 51,
  reportCards: 52,
} as const
