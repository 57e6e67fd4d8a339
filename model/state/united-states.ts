// The year of pupils in the United States.
//
// When: federal holidays are law (5 U.S.C. 6103; Juneteenth since Public Law 117-17, 2021). Breaks and terms follow the
// published calendars of the largest districts: New York City, Boston, Philadelphia; Miami-Dade, Atlanta, Charlotte; Chicago,
// Detroit, Minneapolis; Los Angeles, Seattle, Denver; Houston, Dallas, Phoenix (2024 to 2026), as rules that hold in any year.
// Advanced Placement exams are in the first two full weeks of May (College Board).
//
// How much is learnt: the months are calibration row 23 with the days below taken out; exams row 24; the days of Thanksgiving,
// Christmas and finals calibration rows of their own. All other factors are assumed: fewer lessons the more a day belongs to the
// family, more as exams come closer.

import type { CalendarInput } from './calendar.ts'

export const UNITED_STATES: CalendarInput = {
  name: 'United States',
  months: [1.33, 1.19, 1.38, 1.24, 1.01, 0.74, 0.61, 0.71, 1.12, 1.13, 1.26, 1.19],
  days: [
    // Holidays.
    { name: 'New Year’s Day', on: '01-01', lessons: 0.15 },
    { name: 'Martin Luther King Jr. Day', on: '3rd Monday of January', lessons: 0.75 },
    { name: 'Super Bowl Sunday', on: '2nd Sunday of February', lessons: 0.75, since: 2022 },
    { name: 'Washington’s Birthday', on: '3rd Monday of February', lessons: 0.75 },
    { name: 'Good Friday', on: 'Easter -2d', lessons: 0.7 },
    { name: 'Easter Sunday', on: 'Easter', lessons: 0.3 },
    { name: 'Mother’s Day', on: '2nd Sunday of May', lessons: 0.75 },
    { name: 'Memorial Day weekend', from: 'last Monday of May -2d', to: 'last Monday of May -1d', lessons: 0.7 },
    { name: 'Memorial Day', on: 'last Monday of May', lessons: 0.4 },
    { name: 'Juneteenth', on: '06-19', lessons: 0.75, since: 2021 },
    { name: 'Independence Day', on: '07-04', lessons: 0.2 },
    { name: 'Labor Day weekend', from: '1st Monday of September -2d', to: '1st Monday of September -1d', lessons: 0.7 },
    { name: 'Labor Day', on: '1st Monday of September', lessons: 0.4 },
    { name: 'Columbus Day', on: '2nd Monday of October', lessons: 0.85 },
    { name: 'Halloween', on: '10-31', lessons: 0.6 },
    { name: 'Veterans Day', on: '11-11', lessons: 0.85 },
    {
      name: 'Thanksgiving week',
      from: '4th Thursday of November -3d',
      to: '4th Thursday of November -2d',
      lessons: 0.85,
    },
    { name: 'Thanksgiving Eve', on: '4th Thursday of November -1d', lessons: 0.5 },
    { name: 'Thanksgiving Day', on: '4th Thursday of November', lessons: 0.12 },
    { name: 'Day after Thanksgiving Day', on: '4th Thursday of November +1d', lessons: 0.3 },
    {
      name: 'Thanksgiving weekend',
      from: '4th Thursday of November +2d',
      to: '4th Thursday of November +3d',
      lessons: 0.6,
    },
    { name: 'Christmas Eve', on: '12-24', lessons: 0.15 },
    { name: 'Christmas Day', on: '12-25', lessons: 0.05 },
    { name: 'New Year’s Eve', on: '12-31', lessons: 0.25 },

    // Breaks.
    { name: 'Winter break', from: 'Saturday on or before 12-24', to: 'Sunday on or after 01-01', lessons: 0.3 },
    {
      ...{
        name: 'Midwinter recess',
        from: '3rd Monday of February -2d',
        to: '3rd Monday of February +6d',
        lessons: 0.65,
      },
      regions: ['northeast'],
    },
    // New York from Good Friday on, New England in the week of Patriots' Day.
    { name: 'Spring break', from: 'Easter -2d', to: 'Easter +7d', lessons: 0.7, regions: ['northeast'] },
    {
      name: 'April vacation',
      from: '3rd Monday of April -2d',
      to: '3rd Monday of April +6d',
      lessons: 0.75,
      regions: ['northeast'],
    },
    // Florida in the fourth full week of March, Georgia and the Carolinas in the first of April.
    {
      name: 'Spring break',
      from: 'Saturday on or after 03-19',
      to: 'Saturday on or after 03-19 +8d',
      lessons: 0.6,
      regions: ['southeast'],
    },
    {
      name: 'Spring break',
      from: 'Saturday on or after 04-02',
      to: 'Saturday on or after 04-02 +8d',
      lessons: 0.75,
      regions: ['southeast'],
    },
    // Chicago and Michigan in the last full week of March, others about Easter.
    {
      name: 'Spring break',
      from: 'Saturday on or before 03-26',
      to: 'Saturday on or before 03-26 +8d',
      lessons: 0.55,
      regions: ['midwest'],
    },
    // Los Angeles before Easter, Seattle in the second full week of April.
    { name: 'Spring break', from: 'Easter -8d', to: 'Easter', lessons: 0.6, regions: ['west'] },
    {
      name: 'Spring break',
      from: '2nd Monday of April -2d',
      to: '2nd Monday of April +6d',
      lessons: 0.75,
      regions: ['west'],
    },
    // Texas and Arizona in the second or third full week of March.
    {
      name: 'Spring break',
      from: '2nd Monday of March -2d',
      to: '2nd Monday of March +6d',
      lessons: 0.55,
      regions: ['southwest'],
    },

    // Terms: the South and the Southwest begin and end first.
    {
      name: 'First weeks of term',
      from: 'Monday on or after 08-06',
      to: 'Monday on or after 08-06 +13d',
      lessons: 0.9,
      regions: ['southeast', 'southwest'],
    },
    {
      name: 'Term under way',
      from: 'Monday on or after 08-06 +14d',
      to: '08-31',
      lessons: 1.25,
      regions: ['southeast', 'southwest'],
    },
    {
      name: 'First weeks of term',
      from: 'Monday on or after 08-18',
      to: 'Monday on or after 08-18 +13d',
      lessons: 0.9,
      regions: ['midwest', 'west'],
    },
    {
      name: 'First weeks of term',
      from: '1st Monday of September +1d',
      to: '1st Monday of September +12d',
      lessons: 0.85,
      regions: ['northeast'],
    },
    {
      name: 'Last weeks of term',
      from: '06-01',
      to: 'Friday on or after 06-15',
      lessons: 1.25,
      regions: ['northeast'],
    },

    // Exams.
    { name: 'Advanced Placement exams', from: '05-01', to: '05-14', lessons: 1.45 },
    { name: 'December exams', from: '12-01', to: 'Saturday on or before 12-24 -13d', lessons: 1.3 },
    {
      name: 'Week before finals',
      from: 'Saturday on or before 12-24 -12d',
      to: 'Saturday on or before 12-24 -6d',
      lessons: 1.8,
    },
    { name: 'Finals', from: 'Saturday on or before 12-24 -5d', to: 'Saturday on or before 12-24 -1d', lessons: 1.1 },
    {
      name: 'Week before finals',
      from: 'last Monday of May -15d',
      to: 'last Monday of May -9d',
      lessons: 1.35,
      regions: ['southeast', 'southwest'],
    },
    {
      name: 'Week before finals',
      from: 'last Monday of May -8d',
      to: 'last Monday of May -3d',
      lessons: 1.35,
      regions: ['midwest', 'west'],
    },
    {
      name: 'Week before finals',
      from: '1st Sunday of June',
      to: '1st Sunday of June +6d',
      lessons: 1.45,
      regions: ['northeast'],
    },
  ],
}
