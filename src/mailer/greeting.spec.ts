import { greetingName } from './greeting.js';

describe('the name in a greeting', () => {
  it.each([
    ['Ada', 'Ada'],
    ['  Ada   Maria ', 'Ada Maria'],
    ['Dr. Ada', 'Dr. Ada'],
    ['J. R. R.', 'J. R. R.'],
    ["Anne-Marie d'Été", "Anne-Marie d'Été"],
    ['明子', '明子'],
    ['أحمد', 'أحمد'],
    ['a'.repeat(40), 'a'.repeat(40)],
    ['😀'.repeat(40), '😀'.repeat(40)],
  ])('may be %j', (name, greeting) => expect(greetingName(name)).toBe(greeting));

  it.each([
    [undefined],
    [null],
    [''],
    ['   '],
    ['a'.repeat(41)],
    ['claim: https://prize.example/x'],
    ['https://prize.example'],
    ['mailto:eve'],
    ['www.prize.example'],
    ['prize.example'],
    ['PRIZE.COM'],
    ['prize。com'],
    ['prize．com'],
    ['prize․com'],
    ['prize.みんな'],
    ['prize.xn--q9jyb4c'],
    ['192.168.10.10'],
    ['eve@evil'],
    ['eve＠evil'],
    ['evil/x'],
    ['evil\\x'],
    ['evil／x'],
    ['Ada\r\nBcc: eve'],
    ['Ada\nEve'],
    ['Ada\u0000'],
    ['Ada\u2028Eve'],
    ['Ada\u202eevE'],
    ['Ada\u2066Eve'],
    ['A\u200bda'],
    ['A\u00adda'],
    ['ﷺ'.repeat(10)],
  ])('cannot be %j', (name) => expect(greetingName(name)).toBeUndefined());
});
