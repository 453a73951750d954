/** Search in a list of names: those that begin with the text come before those that only hold it. */
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
