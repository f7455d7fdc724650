import { ExportSlots } from './export-slots.js';

describe('the slots of exports', () => {
  const overloaded = expect.objectContaining({ code: 'overloaded', facts: { seconds: '5' } }) as Error;

  it('are limited to one per customer', () => {
    const slots = new ExportSlots(3, 2);
    const release = slots.take('shop', 'ada');
    expect(() => slots.take('shop', 'ada')).toThrow(overloaded);
    release();
    slots.take('shop', 'ada');
  });

  it('are limited per tenant, without an effect on other tenants', () => {
    const slots = new ExportSlots(3, 2);
    slots.take('shop', 'ada');
    slots.take('shop', 'eve');
    expect(() => slots.take('shop', 'joe')).toThrow(overloaded);
    slots.take('other', 'ada');
  });

  it('are limited in total', () => {
    const slots = new ExportSlots(2, 2);
    const release = slots.take('one', 'ada');
    slots.take('two', 'ada');
    expect(() => slots.take('three', 'ada')).toThrow(overloaded);
    release();
    slots.take('three', 'ada');
  });

  it('are released once, even if a caller releases them repeatedly', () => {
    const slots = new ExportSlots(1, 1);
    const release = slots.take('shop', 'ada');
    release();
    release();
    slots.take('shop', 'ada');
    expect(() => slots.take('other', 'ada')).toThrow(overloaded);
  });
});
