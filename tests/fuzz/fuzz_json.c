/* tests/fuzz/fuzz_json.c - any bytes as JSON; a tree that was read is written and must read back. */
#include "fuzz.h"
#include "io/json.h"

static void write_node(struct json_writer *writer, const char *key, const struct json *node)
{
  switch (node->kind) {
  case JSON_NONE: json_add_null(writer, key); break;
  case JSON_FLAG: json_add_flag(writer, key, node->flag); break;
  case JSON_NUMBER: json_add_number(writer, key, node->number); break;
  case JSON_TEXT: json_add_text(writer, key, node->text); break;
  case JSON_LIST:
    json_list_open(writer, key);
    for (int i = 0; i < node->count; i++) write_node(writer, NULL, node->items[i]);
    json_list_close(writer);
    break;
  case JSON_MAP:
    json_map_open(writer, key);
    for (int i = 0; i < node->count; i++) write_node(writer, node->keys[i], node->items[i]);
    json_map_close(writer);
    break;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  struct arena *arena = arena_new();
  struct error error = {0}, again_error = {0};
  const struct json *root = json_parse((const char *)bytes, length, "fuzz", arena, &error);
  check_refusal(root, &error);
  if (root != NULL) {
    struct json_writer writer = json_writer_new(arena, 2);
    write_node(&writer, NULL, root);
    const char *text = json_writer_finish(&writer);
    const struct json *again = json_parse(text, strlen(text), "fuzz", arena, &again_error);
    assert(again != NULL && again->kind == root->kind && again->count == root->count);
  }
  arena_free(arena);
  return 0;
}
