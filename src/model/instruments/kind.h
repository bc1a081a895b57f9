/* model/instruments/kind.h - what the files of the kinds share: terms at a moment, targets, messages. Inner header.
 *
 * A kind's terms struct starts with `struct selector` where it has targets, so that the functions below can read it
 * from bound_instrument.terms. An empty list selects everything; `all` and patterns with '*' were expanded on reading.
 */
#ifndef MODEL_INSTRUMENTS_KIND_H
#define MODEL_INSTRUMENTS_KIND_H
#include "dataset/entities.h"
#include "model/instruments.h"

#define SELECT(name, table, help)                                                                                      \
  {                                                                                                                    \
#name, FIELD_LIST, offsetof(struct selector, name), "", "", 0, 0, NULL, table, help                                \
  }
#define SELECT_MATERIALS  SELECT(materials, "materials", "Materials it applies to. Absent: all")
#define SELECT_FROM       SELECT(from, "regions", "Regions that the goods leave. Absent: all")
#define SELECT_TO         SELECT(to, "regions", "Regions that the goods enter. Absent: all")
#define SELECT_FACILITIES SELECT(facilities, "facilities", "Facilities it applies to. Absent: all")
#define SELECT_OWNERS     SELECT(owners, "owners", "Owners whose facilities it applies to. Absent: all")
#define SELECT_REGIONS    SELECT(regions, "regions", "Regions it applies to. Absent: all")
#define SELECT_SEGMENTS   SELECT(segments, "segments", "Segments it applies to. Absent: all")

/* When a term is read: a block of a window, or a period that has been carried out. */
struct moment {
  const struct dataset *dataset;
  struct period period;
  double known, deflator;
};
struct moment moment_of_block(const struct window *window, int b);
struct moment moment_of_outcome(const struct outcome *outcome, int p);
/* instrument_term at a moment. NAN where the term was not given. */
double term_at(const struct bound_instrument *instrument, struct moment moment, const char *name);
/* nominal money of a period's real one, and back to how it was paid: real x deflator x years, kUSD */
double nominal_kusd(const struct bound_instrument *instrument, const struct outcome *outcome, int p,
                    double kusd_per_year);

/* Empty lists hold everything. */
bool selected(const struct field_list *list, int index);
bool selected_name(const struct field_list *list, const char *name);
/* The trade (and transfers between regions) from `from` to `to` in `materials` that a selector means. */
bool selector_holds_arc(const struct selector *selector, const struct network *network, int arc);
/* Facility by facilities, owners and regions. */
bool selector_holds_facility(const struct selector *selector, const struct dataset *dataset, int facility);
/* instrument->arcs; false when no link of the data set could ever be meant. */
bool bind_arcs(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
               struct error *error);
/* instrument->activities: those of the selected facilities that make (or, feed, take) a selected material. */
bool bind_activities(const struct network *network, struct bound_instrument *instrument, bool feed, struct arena *arena,
                     struct error *error);
/* The market node of a material and region that complies with the rules (none: no class asked), or -1 with error. */
int bind_node(const struct network *network, const struct bound_instrument *instrument, int material, int region,
              const struct field_list *rules, const char *term, struct error *error);
class_mask rules_mask(const struct field_list *rules);

/* kg counted a kg of material: 1, or its content of the elements. */
double content_of(const struct dataset *dataset, int material, const struct field_list *elements);
/* Units of activity times this: t a year of the selected materials, as content, that come out (or go in, feed). With
 * no material selected: the main product (the feed). */
double activity_count(const struct network *network, int activity, const struct selector *selector,
                      const struct field_list *elements, bool feed);

/* Constant cost a unit of activity by the data: of the facility and its process, without wedge, inputs and royalty. */
double own_cost(const struct network *network, int activity, struct moment moment);

/* The hook worth of what is paid beside the market. */
double worth_nothing(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                     int activity);

/* The customs value of an arc: what the unknowns contribute (coefficient of the exporter's price) and its constant. */
double customs_price_factor(const struct arc_terms *terms);
double customs_constant(const struct arc_terms *terms);
/* The same of a carried-out flow, without quota rents (add quota_rent_in_value of quota.h). */
double customs_value(const struct outcome *outcome, int p, int arc);

/* "file:line: instruments.<id>.<term>: ..." at the line of the term, or of the instrument. Always false. */
bool term_error(struct error *error, const struct bound_instrument *instrument, const char *term, const char *format,
                ...) __attribute__((format(printf, 4, 5)));
bool term_given(const struct bound_instrument *instrument, const char *term);

extern const struct instrument_kind kind_tariff, kind_export_tax, kind_vat_rebate, kind_export_quota, kind_import_quota,
    kind_production_quota, kind_export_licence, kind_ban, kind_border_floor, kind_traceability, kind_technology_ban,
    kind_production_credit, kind_sales_incentive, kind_floor_topup, kind_upside_share, kind_collar, kind_two_way_cfd,
    kind_cfd_deemed, kind_public_purchase, kind_stockpile_rule, kind_take_or_pay, kind_eligibility,
    kind_price_protection, kind_loan, kind_guarantee, kind_grant, kind_equity, kind_prepayment, kind_cost_plus,
    kind_repurchase_inventory, kind_standards_premium, kind_supply_share_target, kind_foreign_direct_product,
    kind_covenant, kind_rated_order;
#endif
