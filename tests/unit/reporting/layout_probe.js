// Copyright (c) 2026 remote_desktop.licensing contributors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Measures the page in the frame: texts outside of it, cut, over one another, or too pale.
'use strict';

// Where an ellipsis is meant: the whole text stands elsewhere on the page.
const SHORTENED = '.chip';
// WCAG 2.1, success criterion 1.4.3: 4.5 for text, 3 for large text.
const CONTRAST = 4.5;
const LARGE_CONTRAST = 3;

function textRanges(page) {
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim() || node.parentElement.closest('style, script, .sr')) continue;
    const range = page.createRange();
    range.selectNodeContents(node);
    const shortened = node.parentElement.closest(SHORTENED);
    const boxes = [...range.getClientRects()]
      .map((box) => (shortened ? within(box, shortened.getBoundingClientRect()) : box))
      .filter((box) => box.right > box.left && box.bottom > box.top);
    if (boxes.length) found.push({ node, element: node.parentElement, boxes });
  }
  return found;
}

function within(box, frame) {
  const [left, right] = [Math.max(box.left, frame.left), Math.min(box.right, frame.right)];
  return { left, right, top: box.top, bottom: box.bottom };
}

function numbers(color) {
  const parts = color.match(/[\d.]+/g).map(Number);
  return { red: parts[0], green: parts[1], blue: parts[2], alpha: parts.length > 3 ? parts[3] : 1 };
}

function ground(view, element) {
  for (let each = element; each; each = each.parentElement) {
    const color = numbers(view.getComputedStyle(each).backgroundColor);
    if (color.alpha === 1) return color;
  }
  return { red: 255, green: 255, blue: 255, alpha: 1 };
}

function luminance(color) {
  const [red, green, blue] = [color.red, color.green, color.blue].map((part) => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function isPale(view, text) {
  const style = view.getComputedStyle(text.element);
  const size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  const ratio = contrast(numbers(style.color), ground(view, text.element));
  return ratio < (large ? LARGE_CONTRAST : CONTRAST);
}

function isCut(view, text) {
  for (let each = text.element; each; each = each.parentElement) {
    if (each.matches(SHORTENED)) return false;
    const style = view.getComputedStyle(each);
    const hidden = ['hidden', 'clip'].includes(style.overflowX);
    if (hidden && each.scrollWidth > each.clientWidth + 1) return true;
  }
  return false;
}

function overlap(one, other) {
  return one.boxes.some((a) => other.boxes.some((b) => {
    const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    // Boxes of lines are taller than their letters.
    return width > 2 && height > 6;
  }));
}

function overlapping(texts) {
  const sorted = [...texts].sort((a, b) => a.boxes[0].top - b.boxes[0].top);
  const found = [];
  sorted.forEach((text, index) => {
    const bottom = Math.max(...text.boxes.map((box) => box.bottom));
    for (const other of sorted.slice(index + 1)) {
      if (other.boxes[0].top > bottom) break;
      if (overlap(text, other)) found.push(`${text.node.data} / ${other.node.data}`);
    }
  });
  return found;
}

function probe(frame) {
  const view = frame.contentWindow;
  const page = frame.contentDocument;
  // What scrolls inside of itself would hide lines below its edge.
  page.querySelectorAll('.names').forEach((each) => { each.style.maxHeight = 'none'; });
  const width = page.documentElement.clientWidth;
  const texts = textRanges(page);
  const say = (found) => found.slice(0, 10).map((text) => text.node.data.trim().slice(0, 80));
  return {
    width,
    dark: view.matchMedia('(prefers-color-scheme: dark)').matches,
    elements: page.querySelectorAll('*').length,
    widest: page.documentElement.scrollWidth,
    outside: say(texts.filter((text) => text.boxes.some((box) => box.right > width || box.left < 0))),
    cut: say(texts.filter((text) => isCut(view, text))),
    overlapping: overlapping(texts).slice(0, 10),
    pale: say(texts.filter((text) => isPale(view, text))),
  };
}

window.addEventListener('load', () => {
  document.getElementById('probed').textContent = JSON.stringify(probe(document.querySelector('iframe')));
});
