import { createFixedCompany } from '../support/companies.js';
import { Backoffice, axeViolations, sidewaysScrolling } from '../support/backoffice.js';

describe('every view of the back office', () => {
  let office: Backoffice;
  let customerNumber: string;
  beforeAll(async () => {
    office = await Backoffice.open();
    const details = { firstName: 'Ada', lastName: 'Lovelace', company: 'Donaudampfschifffahrtsgesellschaft' };
    ({ id: customerNumber } = await office.shop.signUp({ customerDetails: details }));
    await createFixedCompany(office.shop);
  }, 120_000);
  afterAll(() => office.close());

  const paths = (): string[] => [
    ...[
      '/waiting',
      '/customers',
      '/companies',
      '/employees',
      '/clients',
      '/mails',
      '/mails/welcome/en',
      '/queue',
      '/settings',
      '/account',
      '/unknown',
    ],
    ...['', '?view=timeline', '?view=mails', '?view=security', '?view=company'].map(
      (view) => `/customers/${customerNumber}${view}`,
    ),
  ];

  it.each(['light', 'dark'] as const)(
    'has no problem of accessibility, no error and no sideways scrolling (%s)',
    async (colorScheme) => {
      office.problems = [];
      const page = await office.newPage({ colorScheme });
      await page.goto(office.url);
      await page.getByRole('heading', { name: 'Log in' }).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await office.logIn('admin', '/waiting', page);
      for (const path of paths()) {
        await page.setViewportSize({ width: 1280, height: 800 });
        await page.goto(`${office.url}${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.waitForLoadState('networkidle');
        expect({ path, violations: await axeViolations(page) }).toEqual({ path, violations: [] });
        await page.setViewportSize({ width: 320, height: 640 });
        expect({ path, violations: await axeViolations(page) }).toEqual({ path, violations: [] });
        expect({ path, scrolling: await sidewaysScrolling(page) }).toEqual({ path, scrolling: 0 });
      }
      expect(office.problems).toEqual([]);
      await page.context().close();
    },
    180_000,
  );
});
