/* bench/flagship_world.c - writes a generated world of the flagship's size as a data package and a scenario.
 *
 *   flagship_world FOLDER [SIZE [COPIES [YEARS]]]
 *
 * SIZE 1 (default): about 1,500 activities and arcs, 350 prices a year; more: as many times the plants. COPIES: so many
 * such worlds side by side in a ring, each with as many arcs to the next as one of its regions has to others. YEARS:
 * 17 (default).
 *
 * Regions x a chain of concentrates, oxides, metals, alloys and magnets with joint products; every stage's capacity
 * exceeds what the next asks for; arcs with rising cost; linear and isoelastic demand; 24 stored nodes and 30 plants
 * that can be expanded. Every figure is invented: this world measures time, not markets.
 */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { STOCKS = 24 };
enum { REGIONS = 14, CONCENTRATES = 4, OXIDES = 8, METALS = 6, ALLOYS = 3, MAGNETS = 4 };
enum { FIRST_OXIDE = CONCENTRATES, FIRST_METAL = FIRST_OXIDE + OXIDES, FIRST_ALLOY = FIRST_METAL + METALS };
enum { FIRST_MAGNET = FIRST_ALLOY + ALLOYS, MATERIALS = FIRST_MAGNET + MAGNETS };

struct world {
  const char *folder;
  int size, copies, regions, years;
  uint64_t random;
};

struct name {
  char text[32];
};

static double draw(struct world *world, double low, double high)
{
  world->random = world->random * 6364136223846793005u + 1442695040888963407u;
  return low + (high - low) * (double)(world->random >> 11) / 9007199254740992.0;
}

static FILE *file_open(const struct world *world, const char *name)
{
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", world->folder, name);
  FILE *file = fopen(path, "w");
  if (file == NULL) {
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    exit(1);
  }
  return file;
}

static FILE *table_open(const struct world *world, const char *name, const char *header)
{
  char path[256];
  snprintf(path, sizeof path, "data/%s.csv", name);
  FILE *file = file_open(world, path);
  fprintf(file, "%s\n", header);
  return file;
}

static const char *stage_of(int m, int *number)
{
  const int first[] = {0, FIRST_OXIDE, FIRST_METAL, FIRST_ALLOY, FIRST_MAGNET, MATERIALS};
  const char *const stages[] = {"concentrate", "oxide", "metal", "alloy", "magnet"};
  int k = 0;
  while (m >= first[k + 1]) k++;
  *number = m - first[k];
  return stages[k];
}

static struct name material(int m)
{
  struct name name;
  int number;
  const char *stage = stage_of(m, &number);
  snprintf(name.text, sizeof name.text, "%s-%d", stage, number);
  return name;
}

static double price_of(int m)
{
  if (m < FIRST_OXIDE) return 6 + m;
  if (m < FIRST_METAL) return 4 * pow(2.2, m - FIRST_OXIDE);
  if (m < FIRST_ALLOY) return 9 * pow(2.2, m - FIRST_METAL);
  return m < FIRST_MAGNET ? 40 + 8 * (m - FIRST_ALLOY) : 60 + 10 * (m - FIRST_MAGNET);
}

static void write_materials(struct world *world)
{
  FILE *file = table_open(world, "materials", "id,stage,price_usd_per_kg,holding_usd_per_kg_year");
  for (int m = 0; m < MATERIALS; m++) {
    int number;
    const char *stage = stage_of(m, &number);
    fprintf(file, "%s,%s,%.6g,%.6g\n", material(m).text, stage, price_of(m), 0.02 * price_of(m));
  }
  fclose(file);
}

static void write_recipe(FILE *processes, FILE *yields, const char *process, int k, int input, double amount,
                         int output)
{
  fprintf(processes, "%s-%d,%s\n", process, k, stage_of(output, &(int){0}));
  if (input >= 0) fprintf(yields, "%s-%d,%s,%.6g\n", process, k, material(input).text, -amount);
  fprintf(yields, "%s-%d,%s,1\n", process, k, material(output).text);
}

static void write_processes(struct world *world)
{
  FILE *processes = table_open(world, "processes", "id,stage");
  FILE *yields = table_open(world, "yields", "process,material,amount");
  for (int c = 0; c < CONCENTRATES; c++) {
    write_recipe(processes, yields, "mine", c, -1, 0, c);
    fprintf(processes, "separate-%d,oxide\n", c);
    fprintf(yields, "separate-%d,%s,-1\n", c, material(c).text);
    for (int o = 0; o < OXIDES; o++)
      fprintf(yields, "separate-%d,%s,%.6g\n", c, material(FIRST_OXIDE + o).text,
              0.5 * pow(0.55, o) * draw(world, 0.7, 1.3));
  }
  for (int m = 0; m < METALS; m++) write_recipe(processes, yields, "reduce", m, FIRST_OXIDE + m, 1.2, FIRST_METAL + m);
  for (int a = 0; a < ALLOYS; a++) {
    write_recipe(processes, yields, "cast", a, FIRST_METAL + a, 0.3, FIRST_ALLOY + a);
    fprintf(yields, "cast-%d,%s,-0.02\n", a, material(FIRST_METAL + a + 3).text);
  }
  for (int g = 0; g < MAGNETS; g++)
    write_recipe(processes, yields, "press", g, FIRST_ALLOY + g % ALLOYS, 1.3, FIRST_MAGNET + g);
  fclose(processes);
  fclose(yields);
}

/* Plants of one stage in every region, more in the first six; their capacities add up to somewhat more than total. */
static void write_stage(struct world *world, FILE *file, const char *stage, int kinds, double total, double cost,
                        int expandable)
{
  const int plants = 2 * world->size;
  for (int k = 0; k < kinds; k++)
    for (int r = 0; r < world->regions; r++)
      for (int p = 0; p < (r % REGIONS > 5 ? 1 : plants); p++) {
        const double capacity = total / kinds / (REGIONS + 6.0 * (plants - 1)) * draw(world, 0.5, 2.5);
        const double own = cost * draw(world, 0.6, 1.4);
        fprintf(file, "%s-%d-r%d-%d,r%d,%s-%d,%.6g,%.6g,%.6g,", stage, k, r, p, r, stage, k, capacity, own,
                0.4 * own / capacity);
        if (p == 0 && k * REGIONS + r % REGIONS < expandable)
          fprintf(file, "%.6g,%.6g\n", 4 * cost, 0.2 * capacity);
        else
          fprintf(file, ",\n");
      }
}

static void write_facilities(struct world *world)
{
  FILE *file = table_open(world, "facilities",
                          "id,region,processes,capacity_t_per_year,cost_usd_per_kg,cost_slope_usd_per_kg_per_t,"
                          "capital_usd_per_kg_year,build_limit_t_per_year");
  write_stage(world, file, "mine", CONCENTRATES, 400e3, 1.5, 6);
  write_stage(world, file, "separate", CONCENTRATES, 420e3, 2.0, 6);
  write_stage(world, file, "reduce", METALS, 160e3, 4, 6);
  write_stage(world, file, "cast", ALLOYS, 300e3, 3, 6);
  write_stage(world, file, "press", MAGNETS, 260e3, 12, 6);
  fclose(file);
}

/* How likely two regions trade in one material. */
static double trade_chance(const struct world *world, int from, int to)
{
  const int apart = abs(from / REGIONS - to / REGIONS);
  if (from == to) return 0;
  if (apart == 0) return 0.26;
  return apart == 1 || apart == world->copies - 1 ? 0.26 / REGIONS : 0;
}

static void write_links(struct world *world)
{
  FILE *file = table_open(world, "links", "id,materials,from,to,freight_usd_per_kg,slope_usd_per_kg_per_t");
  for (int m = 0; m < MATERIALS; m++)
    for (int from = 0; from < world->regions; from++)
      for (int to = 0; to < world->regions; to++) {
        const double chance = trade_chance(world, from, to);
        if (chance == 0 || draw(world, 0, 1) > chance) continue;
        fprintf(file, "%s-r%d-r%d,%s,r%d,r%d,%.6g,%.6g\n", material(m).text, from, to, material(m).text, from, to,
                0.03 * price_of(m) * draw(world, 0.3, 2), 0.02 * price_of(m) / 1e3 * draw(world, 0.5, 2));
      }
  fclose(file);
}

static void write_segments(struct world *world)
{
  FILE *file = table_open(world, "segments",
                          "id,region,material,form,quantity_t_per_year,price_usd_per_kg,elasticity,choke_usd_per_kg,"
                          "growth_per_year");
  for (int m = FIRST_OXIDE; m < MATERIALS; m++) {
    if (m >= FIRST_METAL && m < FIRST_MAGNET) continue;
    const double total = m >= FIRST_MAGNET ? 190e3 / MAGNETS : 40e3 * pow(0.5, m - FIRST_OXIDE);
    for (int r = 0; r < world->regions; r++)
      fprintf(file, "%s-users-r%d,r%d,%s,%s,%.6g,%.6g,%.6g,%.6g,0.03\n", material(m).text, r, r, material(m).text,
              r % 3 == 0 ? "isoelastic" : "linear", total / REGIONS * draw(world, 0.3, 2), price_of(m),
              draw(world, 0.15, 0.8), 15 * price_of(m));
  }
  fclose(file);
}

static void write_rest(struct world *world)
{
  FILE *regions = table_open(world, "regions", "id");
  for (int r = 0; r < world->regions; r++) fprintf(regions, "r%d\n", r);
  fclose(regions);
  FILE *stocks = table_open(world, "stocks", "id,material,region,opening_t");
  for (int s = 0; s < STOCKS * world->copies; s++)
    fprintf(stocks, "stock-%d,%s,r%d,500\n", s, material(FIRST_OXIDE + s % OXIDES).text,
            s / STOCKS * REGIONS + s % STOCKS / OXIDES);
  fclose(stocks);
}

static void write_package(const struct world *world)
{
  const char *const tables[] = {"regions",    "materials", "processes", "yields",
                                "facilities", "links",     "segments",  "stocks"};
  FILE *file = file_open(world, "data/datapackage.json");
  fprintf(file, "{\"name\": \"flagship\", \"title\": \"A generated world of the flagship's size\",\n"
                " \"schema_version\": 1, \"licenses\": [{\"name\": \"CC-BY-4.0\"}],\n \"resources\": [");
  for (int t = 0; t < 8; t++)
    fprintf(file, "%s{\"name\": \"%s\", \"path\": \"%s.csv\"}", t > 0 ? ",\n" : "", tables[t], tables[t]);
  fprintf(file, "]}\n");
  fclose(file);
  file = file_open(world, "flagship.yaml");
  fprintf(file,
          "schema_version: 1\nscenario: flagship\ntitle: A generated world of the flagship's size\n"
          "question: How long does a run of this size take?\ndata: data\n"
          "horizon: {from: 2024, to: %d, period: year, window: 3, tail: yes}\n",
          2023 + world->years);
  fclose(file);
}

static bool folder_make(const char *path)
{
  return mkdir(path, 0777) == 0 || errno == EEXIST;
}

int main(int argc, char **argv)
{
  if (argc < 2) {
    fprintf(stderr, "usage: flagship_world FOLDER [SIZE [COPIES [YEARS]]]\n");
    return 2;
  }
  struct world world = {.folder = argv[1],
                        .size = argc > 2 ? atoi(argv[2]) : 1,
                        .copies = argc > 3 ? atoi(argv[3]) : 1,
                        .years = argc > 4 ? atoi(argv[4]) : 17,
                        .random = 20240101};
  world.regions = REGIONS * world.copies;
  char path[1024];
  snprintf(path, sizeof path, "%s/data", world.folder);
  if (!folder_make(world.folder) || !folder_make(path)) {
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return 1;
  }
  write_materials(&world);
  write_processes(&world);
  write_facilities(&world);
  write_links(&world);
  write_segments(&world);
  write_rest(&world);
  write_package(&world);
  return 0;
}
