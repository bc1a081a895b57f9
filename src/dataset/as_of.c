/* dataset/as_of.c - leaves out what was not known at a date: rows and figures whose source appeared later.
 *
 * A row's sources are its default; `field:id` is the source of one figure. A row goes when its own sources all appeared
 * later, a figure when its own did. Sources without a date of publication count as known. `outcomes` stays: the model
 * never sees it, and it speaks of what came later.
 */
#include <string.h>

#include "base/text.h"
#include "dataset/draft.h"

static bool appeared_later(struct draft *draft, const char *id, double as_of)
{
  const struct row *row = draft_row(draft_table(draft, "sources"), id);
  const struct cell *published = row != NULL ? row_cell(row, "published") : NULL;
  double date;
  return published != NULL && parse_date(published->text, &date) && date > as_of;
}

/* Drops the figures that are too new; true when the row as a whole is. */
static bool limit_row(struct draft *draft, struct row *row, double as_of)
{
  const struct cell *sources = row_cell(row, "source");
  if (sources == NULL) return false;
  int older = 0, later = 0;
  char *rest = arena_copy(draft->arena, sources->text);
  for (char *word; (word = strsep(&rest, " ")) != NULL;) {
    char *id = strchr(word, ':');
    if (word[0] == '\0') continue;
    if (id != NULL) {
      *id++ = '\0';
      if (appeared_later(draft, id, as_of)) row_drop(row, word);
    } else {
      const bool too_new = appeared_later(draft, word, as_of);
      later += too_new;
      older += !too_new;
    }
  }
  return later > 0 && older == 0;
}

void draft_limit(struct draft *draft, double as_of)
{
  for (int t = 0; t < draft->tables_count; t++) {
    struct draft_table *table = &draft->tables[t];
    if (text_equal(table->entity->table, "outcomes")) continue;
    for (int i = table->rows_count - 1; i >= 0; i--)
      if (limit_row(draft, &table->rows[i], as_of)) draft_row_remove(table, i);
  }
}
