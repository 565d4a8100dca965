using Platform.Designer.SignIn;

namespace Platform.Server.Api;

/// <summary>The HTTP API, version 1: everything below <c>/api/v1</c>, described at <c>/api/openapi.json</c> and in <c>docs/api.md</c>.</summary>
internal static class HttpApi
{
    public static void MapHttpApi(this WebApplication app)
    {
        app.UseApiProblems();
        var api = app.MapGroup("/api/v1").RequireAuthorization(Permissions.See).AddEndpointFilter(ApiProblems.ExplainAsync).AddEndpointFilterFactory(QueryNames.Check);
        api.MapGroup("").WithTags("workflows").MapWorkflows();
        api.MapGroup("").WithTags("workflows").MapPreviews();
        api.MapGroup("").WithTags("runs").MapRuns();
        api.MapGroup("").WithTags("tasks").MapTasks();
        api.MapGroup("").WithTags("backfills").MapBackfills();
        api.MapGroup("").WithTags("nodes and pools").MapNodesAndPools();
        api.MapGroup("").WithTags("simulation").MapSimulation();
        api.MapGroup("").WithTags("events").MapEvents();
        api.MapGroup("").WithTags("inventory").MapCatalog();
        api.MapGroup("").WithTags("review").MapReview();
        api.MapGroup("").WithTags("inventory").MapTypes();
        api.MapGroup("").WithTags("quality").MapQuality();
        api.MapGroup("").WithTags("lineage").MapLineage();
        api.MapGroup("").WithTags("inventory").MapGovern();
        api.MapGroup("").WithTags("glossary").MapGlossary();
        api.MapGroup("").WithTags("inventory").MapExchange();
        api.MapGroup("").WithTags("cells").MapCells();
        api.MapGroup("").WithTags("inventory").MapMasking();
        api.MapGroup("").WithTags("language models").MapLanguageModels();
        api.MapGroup("").WithTags("models").MapModels();
        app.MapOpenApi("/api/openapi.json").RequireAuthorization(Permissions.See);
    }
}
