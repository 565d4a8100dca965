using System.Text.Json.Nodes;
using Platform.Workflows.Definition;

namespace Platform.Workflows.Tests.Definition;

public class ParameterBinderTests
{
    private static readonly ParameterDefinition[] Definitions =
    [
        new() { Name = "source", Type = ParameterType.Path, Default = "sample" },
        new() { Name = "n", Type = ParameterType.Integer, Default = 1 },
        new() { Name = "ratio", Type = ParameterType.Number, Default = 0.5 },
        new() { Name = "flag", Type = ParameterType.Boolean, Default = false },
        new() { Name = "day", Type = ParameterType.Date },
        new() { Name = "tags", Type = ParameterType.List },
        new() { Name = "mode", Options = ["full", "delta"], Default = "full" },
        new() { Name = "any", Type = ParameterType.Any },
        new() { Name = "must", Required = true },
    ];

    private static ParameterValues Bind(params (string Name, string Value)[] given) =>
        ParameterBinder.Bind(Definitions, given.ToDictionary(g => g.Name, g => g.Value), "/work/here");

    [Fact]
    public void Texts_are_converted_and_defaults_fill_the_rest()
    {
        var bound = Bind(("source", "../data"), ("n", "7"), ("ratio", "0.1"), ("flag", "true"), ("day", "2026-01-31"), ("tags", "a, b"), ("any", "{\"x\": 1}"), ("must", "12"));

        Assert.Empty(bound.Errors);
        Assert.Equal("""{"source":"/work/data","n":7,"ratio":0.1,"flag":true,"day":"2026-01-31","tags":["a","b"],"mode":"full","any":{"x":1},"must":"12"}""", new JsonObject(bound.Values.Select(v => KeyValuePair.Create(v.Key, v.Value?.DeepClone()))).ToJsonString());
    }

    [Theory]
    [InlineData("connection:shop")]
    [InlineData("s3://bucket/folder")]
    public void What_is_no_path_of_this_machine_stays_as_it_is(string source) =>
        Assert.Equal(source, Bind(("source", source), ("must", "1")).Values["source"]!.ToString());

    [Fact]
    public void Every_error_is_told_at_once()
    {
        var errors = Bind(("sauce", "x"), ("n", "seven"), ("ratio", "NaN"), ("flag", "yes"), ("day", "31.1."), ("mode", "ful"), ("tags", "[1")).Errors;

        Assert.Equal(8, errors.Count);
        Assert.Contains(errors, e => e.Contains("Did you mean 'source'?", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("'must' is missing", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("Did you mean 'full'?", StringComparison.Ordinal));
    }

    [Fact]
    public void Paths_are_made_absolute_by_their_giver()
    {
        Assert.Equal("sample", Bind(("must", "x")).Values["source"]!.ToString());
        Assert.Equal("/home/p/sample", ParameterBinder.Bind(Definitions, new Dictionary<string, string> { ["must"] = "x" }, "/work", "/home/p").Values["source"]!.ToString());
        Assert.Equal("/abs", Bind(("must", "x"), ("source", "/abs")).Values["source"]!.ToString());
        Assert.Equal("s3://bucket/x", Bind(("must", "x"), ("source", "s3://bucket/x")).Values["source"]!.ToString());
    }

    [Fact]
    public void Json_values_keep_their_types()
    {
        var bound = ParameterBinder.Bind(Definitions, new Dictionary<string, JsonNode?> { ["must"] = 5, ["tags"] = new JsonArray(1, 2), ["n"] = 1.5 }, "/work");

        Assert.Equal("\"5\"", bound.Values["must"]!.ToJsonString());
        Assert.Equal("[1,2]", bound.Values["tags"]!.ToJsonString());
        Assert.Contains("no whole number", Assert.Single(bound.Errors), StringComparison.Ordinal);
    }
}
