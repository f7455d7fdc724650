import { acceptsCsv, csvLine } from './customers-csv.js';

describe('a line of CSV', () => {
  it('quotes every cell', () => {
    expect(csvLine(['Ada', 'a "b", c', undefined, null, true, new Date(0)])).toBe(
      '"Ada","a ""b"", c","","","true","1970-01-01T00:00:00.000Z"\r\n',
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '\n\t1', '＝1', '＋1', '－1', '＠A1'])(
    'turns the formula %j into text',
    (formula) => {
      expect(csvLine([formula])).toBe(`"'${formula}"\r\n`);
    },
  );

  it.each([
    ['a;=1+1;b', "a;'=1+1;b"],
    ['a\t=1', "a\t'=1"],
    ['a\n@A1', "a\n'@A1"],
    ['=1;-1', "'=1;'-1"],
  ])('turns the formulas in %j into text for spreadsheets with other separators', (text, safe) => {
    expect(csvLine(['Ada', text])).toBe(`"Ada","${safe}"\r\n`);
  });

  it.each(['a;1', 'a\nb', 'a=1', ' =1', "'=1", '1-1', ''])('does not change %j', (text) => {
    expect(csvLine([text])).toBe(`"${text}"\r\n`);
  });
});

describe('the header Accept', () => {
  it.each(['text/csv', 'Text/CSV; charset=utf-8', 'text/csv, application/json;q=0.5'])('%s prefers CSV', (accept) =>
    expect(acceptsCsv(accept)).toBe(true),
  );

  it.each([undefined, '', '*/*', 'application/json', 'application/json, text/csv;q=0.5', 'text/csvx'])(
    '%s does not prefer CSV',
    (accept) => expect(acceptsCsv(accept)).toBe(false),
  );
});
