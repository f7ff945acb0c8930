/**
 * Version of the rules for reading, judging and charging answers. Plans and cached answers store it, and
 * answers under other rules are not mixed with new ones. Version 0.1.0 stored none; its rules are number 1.
 */
export const rulesNumber = 2;
