import { lookUpLanguage } from './mail-language.js';

describe('the language of a mail', () => {
  const available = ['en', 'de', 'de-AT', 'zh-Hant'];

  it.each([
    [['de_DE'], 'de'],
    [['de_AT'], 'de-AT'],
    [['DE-at-1996'], 'de-AT'],
    [['zh-Hant-TW'], 'zh-Hant'],
    [['zh-Hant-a-x'], 'zh-Hant'],
    [['pt_BR', 'de_CH'], 'de'],
    [[null, undefined, 'en_US'], 'en'],
  ])('for %j is %j', (wanted, found) => expect(lookUpLanguage(wanted, available)).toBe(found));

  it.each([[['pt']], [['d']], [['']], [['zh']], [[]]])('is not found for %j', (wanted) =>
    expect(lookUpLanguage(wanted, available)).toBeUndefined(),
  );
});
