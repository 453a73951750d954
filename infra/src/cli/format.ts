/** How the command line writes numbers for people. */

const NUMBER = new Intl.NumberFormat('en-US');
export const formatCount = (count: number): string => NUMBER.format(count);
