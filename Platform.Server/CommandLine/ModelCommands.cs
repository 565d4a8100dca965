using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Catalog.Models;
using Platform.Server.Data;
using Platform.Tables.Sources;

namespace Platform.Server.CommandLine;

/// <summary><c>models</c> and <c>score</c>.</summary>
internal static class ModelCommands
{
    public static Command Models()
    {
        var name = new Argument<string?>("model") { Description = "One model with its versions", Arity = ArgumentArity.ZeroOrOne };
        return Cli.Command("models", "Models with the version in service", [name, Cli.Json], async (result, cancellationToken) =>
        {
            await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
            var registry = node.Get<ModelRegistry>();
            if (result.GetValue(name) is { } model)
            {
                var versions = await registry.VersionsAsync(model, 500, cancellationToken);
                if (versions.Count == 0)
                    throw new CliError($"There is no model '{model}'.", "See './platform models'.");
                if (result.GetValue(Cli.Json))
                    Cli.PrintJson(versions);
                else
                    Cli.PrintTable(["version", "stage", "learner", "trained", "run", "metrics"], versions.Select(v => (IReadOnlyList<string>)
                        [Text(v.Version), v.Stage, v.Learner, $"{v.CreatedAt:u}", v.RunId?.ToString(CultureInfo.InvariantCulture) ?? "", v.Metrics.ToString()]));
                return 0;
            }
            var models = await registry.ListAsync(cancellationToken);
            if (result.GetValue(Cli.Json))
                Cli.PrintJson(models);
            else
                Cli.PrintTable(["model", "in service", "versions", "learner", "trained", "metrics"], models.Select(m => (IReadOnlyList<string>)
                    [m.Name, m.ChampionVersion is { } c ? Text(c) : "none", Text(m.VersionCount), m.Learner ?? "", m.TrainedAt is { } t ? $"{t:u}" : "", m.Metrics?.ToString() ?? ""]));
            return 0;
        });
    }

    public static Command Score()
    {
        var name = new Argument<string>("model") { Description = "Name of a model with a version in service" };
        var request = new Argument<string?>("request") { Description = "The request as JSON; standard input where left out", Arity = ArgumentArity.ZeroOrOne };
        var version = new Option<int?>("--version") { Description = "A version instead of the one in service" };
        return Cli.Command("score", "Scores a request as the endpoint would", [name, request, version, Cli.Json], async (result, cancellationToken) =>
        {
            var text = result.GetValue(request) ?? (Console.IsInputRedirected ? await Console.In.ReadToEndAsync(cancellationToken)
                : throw new CliError("There is no request.", """Give it as an argument or pipe it in: {"inputs": [{"user": "17850", "k": 5}]}"""));
            JsonNode? body;
            try
            {
                body = JsonNode.Parse(text);
            }
            catch (JsonException e)
            {
                throw new CliError($"The request is no JSON: {JsonSyntax.Explain(e)}.", """Write it so: {"inputs": [{"user": "17850", "k": 5}]}""");
            }
            await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
            var answer = await node.Get<ModelScorer>().ScoreAsync(result.GetValue(name)!, result.GetValue(version), body, cancellationToken)
                ?? throw new CliError($"No version of the model '{result.GetValue(name)}' is in service.", "See './platform models', and deploy one with the activity deploy.model.");
            await node.Get<EndpointRecorder>().FlushAsync(cancellationToken);
            if (result.GetValue(Cli.Json))
                Console.Out.WriteLine(answer.ToJsonString(Cli.JsonOptions));
            else
                foreach (var (output, i) in ((JsonArray)answer["outputs"]!).Select((o, i) => (o!, i)))
                {
                    Console.Out.WriteLine($"input {i + 1}{(output["reason"] is { } reason ? $" ({reason})" : "")}");
                    Cli.PrintTable(["item", "score"], ((JsonArray)output["items"]!).Select(item => (IReadOnlyList<string>)[item!["item"]!.ToString(), item["score"]!.ToString()]));
                }
            return 0;
        });
    }

    private static string Text(int n) => n.ToString(CultureInfo.InvariantCulture);
}
