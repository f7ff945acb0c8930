/**
 * Version of the rules for reading, judging and charging answers. Plans and cached answers store it, and
 * answers under other rules are not mixed with new ones. Version 0.1.0 stored none; its rules are number 1.
 */
export const rulesNumber = 2;

/**
 * Version of what the shipped engines send and decide. A search under another version cannot be continued or
 * replayed, because its journal answers other requests. Plans of 0.2.0 and earlier store none; theirs is number 1.
 */
export const enginesNumber = 2;
