namespace Platform.Screenshots;

/// <summary>The pages, each by a name for its file, its address, and what must be there before the picture is taken.</summary>
internal static class Album
{
    public static readonly IReadOnlyList<(string Name, string Path, string? Seen)> Pages =
    [
        ("home", "/", null),
        ("runs", "/runs", "table tbody tr"),
        ("run", "/runs/1", ".x6-node"),
        ("run-task", "/runs/1?task=clean_reviews", null),
        ("workflows", "/workflows", "table tbody tr"),
        ("workflow", "/workflows/shop-recommendations", ".x6-node"),
        ("workflow-runs", "/workflows/shop-recommendations?tab=runs", null),
        ("workflow-yaml", "/workflows/shop-recommendations?tab=yaml", ".monaco-editor .view-line"),
        ("workflow-versions", "/workflows/shop-recommendations?tab=versions", null),
        ("grid", "/workflows/sample-shop/grid", null),
        ("author", "/workflows/shop-recommendations/edit", ".x6-node"),
        ("author-yaml", "/workflows/sample-shop/edit?view=both", ".monaco-editor .view-line"),
        ("inventory", "/inventory", "table tbody tr"),
        ("asset", "/inventory/asset?key=shop.customers", null),
        ("asset-columns", "/inventory/asset?key=shop.customers&tab=columns", null),
        ("asset-relations", "/inventory/asset?key=shop.orders&tab=relations", null),
        ("asset-lineage", "/inventory/asset?key=clean.reviews&tab=lineage", ".ln-node"),
        ("asset-history", "/inventory/asset?key=clean.reviews&tab=history", null),
        ("asset-quality", "/inventory/asset?key=shop.orders&tab=quality", null),
        ("asset-sample", "/inventory/asset?key=shop.customers&tab=sample", "table tbody tr"),
        ("quality", "/quality?all=true", null),
        ("review", "/review", null),
        ("lineage-start", "/lineage", null),
        ("lineage", "/lineage?asset=feature.interactions&depth=all", ".ln-node"),
        ("lineage-columns", "/lineage?asset=clean.order_lines&level=column&depth=1", ".ln-node"),
        ("lineage-path", "/lineage?asset=raw.order_lines&to=score.recommendations&depth=3", ".ln-node"),
        ("lineage-impact", "/lineage?asset=raw.order_lines&tab=impact", null),
        ("lineage-causes", "/lineage?asset=score.recommendations&tab=causes", null),
        ("models", "/models", null),
        ("model", "/models/shop-recommender", null),
        ("settings-connections", "/settings", null),
        ("settings-secrets", "/settings?tab=secrets", null),
        ("operations", "/operations", null),
        ("operations-pools", "/operations?tab=pools", null),
        ("operations-database", "/operations?tab=database", null),
        ("glossary", "/glossary", null),
        ("asset-metrics", "/inventory/asset?key=shop.orders&tab=metrics", null),
        ("settings-users", "/settings?tab=users", "table tbody tr"),
        ("account", "/account", null),
    ];
}
