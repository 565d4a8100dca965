using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Platform.Catalog.Assets;
using Platform.Catalog.Glossary;
using Platform.Catalog.Govern;
using Platform.Catalog.History;
using Platform.Catalog.Inventory;
using Platform.Catalog.Lineage;
using Platform.Catalog.Models;
using Platform.Catalog.Quality;
using Platform.Catalog.Review;
using Platform.Catalog.Usage;
using Platform.Designer.Author;
using Platform.Designer.Export;
using Platform.Designer.Home;
using Platform.Designer.Inventory;
using Platform.Designer.Language;
using Platform.Designer.Lineage;
using Platform.Designer.Models;
using Platform.Designer.Operations;
using Platform.Designer.Review;
using Platform.Designer.Runs;
using Platform.Designer.Shell;
using Platform.Designer.Workflows;
using Platform.Engine.Audit;
using Platform.Engine.Definitions;
using Platform.Engine.Explain;
using Platform.Engine.History;
using Platform.Engine.Maintenance;
using Platform.Engine.Notices;
using Platform.Engine.Planning;
using Platform.Engine.Waiting;

namespace Platform.Designer;

/// <summary>Puts the pages into a host.</summary>
public static class DesignerHosting
{
    /// <summary>Largest message from a browser, in bytes. The framework's default of 32 KB ends a circuit without a word when a workflow's text is larger.</summary>
    private const int LargestMessage = 4 * 1024 * 1024;

    /// <summary>
    /// Adds what the pages need of their own, and the queries of Engine and Catalog where the host has not added them. The host provides
    /// <c>Database</c>, <c>NpgsqlDataSource</c>, <c>Notifications</c>, <c>ActivityCatalog</c> and the ports of <c>Platform.Designer.Ports</c>.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="options">What the pages need to know of the host; null takes the defaults.</param>
    public static IServiceCollection AddPlatformDesigner(this IServiceCollection services, DesignerOptions? options = null)
    {
        services.AddSingleton(options ?? new DesignerOptions());
        services.AddSources();
        services.AddLocalization();
        services.AddCascadingAuthenticationState();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Author.GestureLedger>();
        services.AddScoped<Browser>();
        services.AddScoped<Formats>();
        services.AddScoped<ReviewWords>();
        services.AddRazorComponents().AddInteractiveServerComponents().AddHubOptions(o => o.MaximumReceiveMessageSize = LargestMessage);
        return services;
    }

    /// <summary>
    /// Serves the pages and their files. Call it after <c>UseAuthentication</c> and <c>UseAuthorization</c>. Every page needs a signed-in user but
    /// <c>/signin</c>, which posts <c>name</c>, <c>password</c>, <c>returnUrl</c> and an antiforgery token to the host's own <c>POST /signin</c>.
    /// </summary>
    public static WebApplication MapPlatformDesigner(this WebApplication app)
    {
        // Outside Development the host does not look for the files of class libraries that are built but not published.
        if (File.Exists(Path.Combine(AppContext.BaseDirectory, $"{app.Environment.ApplicationName}.staticwebassets.runtime.json")))
            StaticWebAssetsLoader.UseStaticWebAssets(app.Environment, app.Configuration);
        app.UseLanguages();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapExports();
        var pages = app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        pages.RequireAuthorization(SignIn.Permissions.See);
        pages.Add(LeaveSignInPostToTheHost);
        return app;
    }

    private static void AddSources(this IServiceCollection services)
    {
        services.TryAddSingleton<WorkflowDefinitions>();
        services.TryAddSingleton<WorkflowStore>();
        services.TryAddSingleton<WorkflowDrafts>();
        services.TryAddSingleton<WorkflowRemoval>();
        services.TryAddSingleton<RemovalQueries>();
        services.TryAddSingleton<IAuthorSource, EngineAuthorSource>();
        services.TryAddSingleton<WorkflowQueries>();
        services.TryAddSingleton<RunQueries>();
        services.TryAddSingleton<GridQueries>();
        services.TryAddSingleton<RunHistoryQueries>();
        services.TryAddSingleton<RunCommands>();
        services.TryAddSingleton<RunMove>();
        services.TryAddSingleton<BackfillQueries>();
        services.TryAddSingleton<BackfillControl>();
        services.TryAddSingleton<ApprovalCommands>();
        services.TryAddSingleton<NoticeQueries>();
        services.TryAddSingleton<PoolQueries>();
        services.TryAddSingleton<PoolStore>();
        services.TryAddSingleton<NodeControl>();
        services.TryAddSingleton<RunWatch>();
        services.TryAddSingleton<Explainer>();
        services.TryAddSingleton<AssetQueries>();
        services.TryAddSingleton<RecentWriteQueries>();
        services.TryAddSingleton<RunAccessQueries>();
        services.TryAddSingleton<InventoryQueries>();
        services.TryAddSingleton<LineageQueries>();
        services.TryAddSingleton<ImpactQueries>();
        services.TryAddSingleton<RootCauseQueries>();
        services.TryAddSingleton<ColumnLinkQueries>();
        services.TryAddSingleton<PathQueries>();
        services.TryAddSingleton<LineageChangeQueries>();
        services.TryAddSingleton<QualityQueries>();
        services.TryAddSingleton<IncidentCommands>();
        services.TryAddSingleton<GlossaryQueries>();
        services.TryAddSingleton<GlossaryCommands>();
        services.TryAddSingleton<ContractQueries>();
        services.TryAddSingleton<QualityLists>();
        services.TryAddSingleton<GovernCommands>();
        services.TryAddSingleton<HistoryQueries>();
        services.TryAddSingleton<UsageRecorder>();
        services.TryAddSingleton<ReviewQueries>();
        services.TryAddSingleton<ReviewCommands>();
        services.TryAddSingleton<DecisionQueries>();
        services.TryAddSingleton<AttentionQueries>();
        services.TryAddSingleton<ModelRegistry>();
        services.TryAddSingleton<SharedRuns>();
        services.TryAddSingleton<IRunSource, EngineRunSource>();
        services.TryAddSingleton<IWorkflowSource, EngineWorkflowSource>();
        services.TryAddSingleton<IGridSource, EngineGridSource>();
        services.TryAddSingleton<IBackfillSource, EngineBackfillSource>();
        services.TryAddSingleton<IHistorySource, EngineHistorySource>();
        services.TryAddSingleton<IInventorySource, CatalogInventorySource>();
        services.TryAddSingleton<OperationsQueries>();
        services.TryAddSingleton<AuditStore>();
        services.TryAddSingleton<OperationsReader>();
        services.AddSingleton<IListExport, GlossaryExport>();
        services.AddSingleton<IListExport, InventoryExport>();
        services.AddSingleton<IListExport, IncidentExport>();
        services.AddSingleton<IListExport, ScoreExport>();
        services.AddSingleton<IListExport, ReviewExport>();
        services.AddSingleton<IListExport, ModelExport>();
        services.AddSingleton<IListExport, ConnectionExport>();
        services.AddSingleton<IListExport, SecretExport>();
        services.TryAddSingleton<HomeCatalog>();
        services.TryAddSingleton<HomeReader>();
        services.TryAddSingleton<ILineageSource, CatalogLineageSource>();
        services.TryAddSingleton<IModelSource, CatalogModelSource>();
    }

    /// <summary>Pages answer POST too, for forms of their own; on the sign-in page that would compete with the host's endpoint.</summary>
    private static void LeaveSignInPostToTheHost(EndpointBuilder endpoint)
    {
        if (endpoint is not RouteEndpointBuilder { RoutePattern.RawText: "/signin" })
            return;
        foreach (var methods in endpoint.Metadata.OfType<HttpMethodMetadata>().ToList())
            endpoint.Metadata.Remove(methods);
        endpoint.Metadata.Add(new HttpMethodMetadata(["GET", "HEAD"]));
    }
}
