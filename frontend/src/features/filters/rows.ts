import type { Field, FilterItem, Operator, Schema } from '../../lib/types';
import type { FilterPart } from './filter.svelte';

/**
 * One row of the builder. Either a condition made of attribute, operator and values, or, where an item of the filter
 * is more than one condition, its text: so everything that can be written can also be seen and changed here.
 */
export interface Row {
  key: number;
  /** `status`, `request.header.x-app-id`; empty until chosen; undefined for a row of text. */
  field: string | undefined;
  /** The operator's key, see `operatorKey`. */
  operator: string;
  values: string[];
  text: string;
}

let next = 1;

export function emptyRow(): Row {
  return { key: next++, field: '', operator: '', values: [], text: '' };
}

/** Operators have the same name for a condition and its opposite in some cases: name and `not` tell them apart. */
export function operatorKey(op: Pick<Operator, 'op' | 'not'>): string {
  return op.not ? `not ${op.op}` : op.op;
}

/** The field of a name; a family's field for `request.header.x`. */
export function fieldOf(schema: Schema, name: string): Field | undefined {
  const fields = schema.logs.fields;
  return (
    fields.find((f) => !f.family && f.name === name) ??
    fields
      .filter((f) => f.family && name.startsWith(f.name))
      .sort((a, b) => b.name.length - a.name.length)
      .at(0)
  );
}

export function operatorsOf(schema: Schema, name: string): Operator[] {
  return fieldOf(schema, name)?.operators ?? [];
}

export function operatorOf(schema: Schema, row: Row): Operator | undefined {
  return operatorsOf(schema, row.field ?? '').find((op) => operatorKey(op) === row.operator);
}

/** The rows of a filter's items. */
export function rowsOf(schema: Schema, items: FilterItem[]): Row[] {
  return items.map((item) => {
    const row = { ...emptyRow(), text: item.text };
    const key = operatorKey({ op: item.operator ?? '', not: item.not ?? false });
    const known =
      item.field !== undefined && operatorsOf(schema, item.field).some((op) => operatorKey(op) === key);
    if (!known) return { ...row, field: undefined };
    return { ...row, field: item.field ?? '', operator: key, values: item.values ?? [] };
  });
}

/** What is missing in a row before it can be a condition. */
export function isComplete(schema: Schema, row: Row): boolean {
  if (row.field === undefined) return row.text.trim() !== '';
  const operator = operatorOf(schema, row);
  if (!operator || row.field.endsWith('.')) return false;
  const filled = row.values.filter((value) => value.trim() !== '').length;
  switch (operator.values) {
    case 'none':
      return true;
    case 'one':
    case 'many':
      return filled >= 1;
    case 'two':
      return filled === 2;
  }
}

/** A row that nobody has touched: it stands there to be filled and means nothing yet. */
export function isUntouched(row: Row): boolean {
  return row.field === '' && row.values.every((value) => value === '');
}

/** The condition of a complete row. */
export function partOf(schema: Schema, row: Row): FilterPart {
  if (row.field === undefined) return { q: row.text };
  const operator = operatorOf(schema, row);
  if (!operator) throw new Error('the row has no operator');
  const filter: Record<string, unknown> = {
    field: row.field,
    [operator.op]: operator.values === 'none' ? true : row.values.filter((value) => value.trim() !== ''),
  };
  if (operator.not) filter['not'] = true;
  return { filter };
}
