/**
 * Number of the rules by which answers are read, judged and charged. Plans and cached answers carry it; those
 * of other rules are not mixed with new ones. Version 0.1.0 wrote none: its rules are number 1.
 */
export const rulesNumber = 2;
