extension Page {
  /// Copies a command, saves the report, sorts tables, and shows a term beside its button. Without it
  /// the page says the same.
  static let script: StaticString = """
    'use strict';
    for (const element of document.querySelectorAll('[data-script]')) element.hidden = false;
    const say = (button, text) => {
      const before = button.dataset.text ?? (button.dataset.text = button.textContent);
      button.textContent = text;
      setTimeout(() => { button.textContent = before; }, 1600);
    };
    const select = element => {
      const range = document.createRange();
      range.selectNodeContents(element);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    };
    for (const button of document.querySelectorAll('button.copy')) {
      button.addEventListener('click', async () => {
        const code = document.getElementById(button.dataset.of);
        try {
          await navigator.clipboard.writeText(code.textContent);
        } catch {
          select(code);
          if (!document.execCommand('copy')) return say(button, 'Press Ctrl+C');
        }
        say(button, 'Copied');
      });
    }
    for (const button of document.querySelectorAll('button.save')) {
      button.addEventListener('click', () => {
        const data = document.getElementById('report');
        const blob = new Blob([data.textContent.replaceAll('\\\\u003c', '<')], {type: 'application/json'});
        const link = document.createElement('a');
        link.href = URL.createObjectURL(blob);
        link.download = data.dataset.name;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 1000);
        say(button, 'Saved');
      });
    }
    for (const table of document.querySelectorAll('table.sortable')) {
      const body = table.tBodies[0];
      const heads = [...table.tHead.rows[0].cells];
      const value = (row, column) => {
        const cell = row.cells[column];
        const number = parseFloat(cell.dataset.value);
        return Number.isNaN(number) ? cell.dataset.value ?? cell.textContent : number;
      };
      heads.forEach((head, column) => head.querySelector('button.sort')?.addEventListener('click', () => {
        const up = head.getAttribute('aria-sort') === 'descending';
        heads.forEach(other => other.removeAttribute('aria-sort'));
        head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
        const rows = [...body.rows].sort((first, second) => {
          const [a, b] = [value(first, column), value(second, column)];
          if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
          const order = typeof a === 'number' ? a - b : a.localeCompare(b);
          return up ? order : -order;
        });
        body.append(...rows);
      }));
    }
    for (const button of document.querySelectorAll('button.term')) {
      const hint = document.getElementById(button.getAttribute('popovertarget'));
      hint.addEventListener('toggle', event => {
        if (event.newState !== 'open' || innerWidth < 600) return;
        const box = button.getBoundingClientRect();
        if (document.activeElement !== button) return;
        hint.style.margin = '0';
        hint.style.inset = 'auto';
        hint.style.left = Math.max(8, Math.min(box.left - 20, innerWidth - hint.offsetWidth - 12)) + 'px';
        const below = box.bottom + 8 + hint.offsetHeight < innerHeight;
        hint.style.top = (below ? box.bottom + 8 : Math.max(8, box.top - hint.offsetHeight - 8)) + 'px';
      });
    }
    """
}
