// What each random draw decides, and whose it is. A purpose belongs to one kind of agent; its number is part of the draw's
// address, so changing one changes every world.

export const Purpose = {
  // Of a student:
  birth: 1,
  past: 2,
  // … of a week of theirs: which lessons take place, and whether they book one at once;
  week: 3,
  // … of a lesson or an instant booking: what is asked for, how it goes, who teaches it at each try, what no tutor leads to;
  request: 4,
  start: 5,
  complete: 6,
  match: 7,
  noMatch: 8,
  // … where a lesson is moved to, when one is doubled, and when in a week they book one at once;
  move: 15,
  double: 16,
  wish: 17,
  // … of their habits: the hour that suits them, and each slot; and of how a slot changes with the n-th review;
  habits: 18,
  slot: 19,
  habitChange: 25,
  // … of a call, by what led to it;
  call: 9,
  // … of their n-th review;
  review: 10,
  goodbye: 11,
  // … of whether they rest in summer;
  rest: 27,
  // … of how they came to the seat, and how they leave it where the world becomes smaller;
  arrival: 12,
  closing: 13,
  // … and a tutor.
  fit: 14,
  // … which share of the people of an intervention they belong to, and when in it they do what they do; a day of one that
  // makes them call; a call that one keeps them from.
  studentMark: 60,
  interventionCall: 61,
  keptFromCalling: 62,
  // Of a tutor: their traits, their n-th week, their hour for telling it, their places on each subject's circle.
  tutorBirth: 20,
  tutorWeek: 21,
  posting: 22,
  circle: 23,
  // … and when they are away, by stretches of days.
  absence: 24,
  // … as studentMark.
  tutorMark: 63,
  // Of a region: where the zones of its tutors begin.
  tutorZones: 26,
  // … and a day of an intervention: how many more sign up.
  moreSignUps: 65,
  // Of a market: how many classes it has, each one of them, and each week of one;
  classes: 30,
  groupClass: 31,
  classWeek: 33,
  // … and a day: whether a tutor is taken on.
  recruit: 32,
  // … and a day of an intervention: how many tutors join.
  joining: 64,
  // Of the platform and a day, a release, a quarter.
  outage: 40,
  release: 41,
  priceChange: 42,
  // Of a region and a day, a winter, a report of grades.
  weather: 50,
  winterIllness: 51,
  reportCards: 52,
  // Of a market and a week, or a stretch of weeks.
  tests: 53,
  tutorsDrawnAway: 54,
} as const
