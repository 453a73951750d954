/** Filters a list of names, ignoring case. Names that begin with the text come before those that only contain it. */
export function searchNames<Item extends { readonly name: string }>(
  items: readonly Item[],
  text: string,
): readonly Item[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return items;
  const found = items.filter((item) => item.name.toLowerCase().includes(wanted));
  const begins = (item: Item): boolean => item.name.toLowerCase().startsWith(wanted);
  return [...found.filter(begins), ...found.filter((item) => !begins(item))];
}
