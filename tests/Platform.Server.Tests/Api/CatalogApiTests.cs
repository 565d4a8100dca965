using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Testing;

namespace Platform.Server.Tests.Api;

/// <summary>What people say about data over HTTP: decisions, edits, the glossary, and all of it out and in.</summary>
public sealed class CatalogApiTests : IClassFixture<ApiServer>, IDisposable
{
    private static int s_number;
    private readonly ApiServer _api;
    private readonly TempFolder _folder = new();

    public CatalogApiTests(ApiServer api) => _api = api;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_column_is_corrected_with_those_like_it_and_the_decision_is_undone()
    {
        var (people, guests) = await ScannedAsync();
        var queue = (await _api.GetAsync($"/api/v1/review?source=column&asset={Esc(people)}&personal=true"))["items"]!.AsArray();
        var item = queue.Single(i => (string?)i!["column"] == "email")!;
        Assert.Equal("contact", (string?)item["value"]!["personal_class"]);
        Assert.Contains("personal data", (string?)item["settles"]!["sentence"], StringComparison.Ordinal);
        var similar = (await _api.GetAsync($"/api/v1/review/similar?item={Esc((string)item["id"]!)}")).AsArray();
        Assert.Contains(similar, i => (string?)i!["asset"] == guests);

        var answer = await PostAsync("/api/v1/review/decisions", new { decisions = new[] { new { item = (string)item["id"]!, decision = "correct", value = new { semantic_type = "username", personal_class = "online" }, note = "old log-ins", seen = item["value"], with_similar = true } } });
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var decided = answer.Body["decided"]!.AsArray();
        Assert.True(decided.Count >= 2, answer.Body.ToJsonString());
        Assert.Equal("username", (string?)await TypeAsync(guests));

        // Another person was slower: what was decided stays, and the answer says so.
        var late = await PostAsync("/api/v1/review/decisions", new { decisions = new[] { new { item = (string)item["id"]!, decision = "confirm" } } });
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Equal("decided", (string?)late.Body["conflicts"]![0]!["reason"]);

        var page = await _api.Http.GetAsync($"/api/v1/review/decisions?asset={Esc(people)}&limit=1");
        Assert.Equal("old log-ins", (string?)(await page.Content.ReadFromJsonAsync<JsonArray>())![0]!["note"]);
        Assert.Equal(decided.Count, (await PostAsync("/api/v1/review/decisions/undo", new { decisions = decided.Select(d => (long)d!["decision"]!) })).Body["decided"]!.AsArray().Count);
        Assert.Equal("email", (string?)await TypeAsync(guests));
        var changes = (await _api.GetAsync($"/api/v1/changes?asset={Esc(people)}&column=email")).AsArray();
        Assert.Equal(2, changes.Count(c => (string?)c!["field"] == "verdict"));
    }

    [Fact]
    public async Task An_asset_is_given_an_owner_a_contract_and_a_history_and_counts_its_looks()
    {
        var (people, _) = await ScannedAsync();
        var edit = new { owner = "mei", tier = "gold", tags = new[] { "shop" }, retention_days = 30, contract = new { columns = new[] { new { name = "phone" } } }, columns = new { email = new { description = "Where we write to" } }, note = "first" };
        Assert.Equal(HttpStatusCode.NoContent, (await _api.Http.PatchAsJsonAsync($"/api/v1/asset?key={Esc(people)}", edit)).StatusCode);
        var asset = await _api.GetAsync($"/api/v1/asset?key={Esc(people)}");
        Assert.Equal(("mei", "gold"), ((string?)asset["asset"]!["owner"], (string?)asset["asset"]!["tier"]));
        Assert.Equal(people, (string?)(await _api.GetAsync($"/api/v1/assets?text={Esc("Where we write to")}"))["items"]![0]!["key"]);
        var broken = (await _api.GetAsync($"/api/v1/contracts?asset={Esc(people)}&broken=true")).AsArray();
        Assert.Contains("phone", broken.Single()!.ToJsonString(), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.NoContent, (await _api.Http.PatchAsJsonAsync($"/api/v1/asset?key={Esc(people)}", new { owner = "", contract = new { } })).StatusCode);
        Assert.Null((await _api.GetAsync($"/api/v1/asset?key={Esc(people)}"))["asset"]!["owner"]);
        Assert.Empty((await _api.GetAsync($"/api/v1/contracts?asset={Esc(people)}")).AsArray());
        var owners = (await _api.GetAsync($"/api/v1/changes?asset={Esc(people)}")).AsArray().Where(c => (string?)c!["field"] == "owner").ToList();
        Assert.Equal(["mei", null], owners.Select(c => (string?)c!["before"]));
        var worth = await _api.GetAsync($"/api/v1/asset/usage?key={Esc(people)}");
        Assert.Equal((int)worth["worth"]!["score"]!, worth["worth"]!["parts"]!.AsArray().Sum(p => (int)p!["points"]!));
    }

    [Fact]
    public async Task Terms_stand_in_a_tree_are_linked_and_move_up_when_theirs_goes()
    {
        var (people, _) = await ScannedAsync();
        var (top, below, leaf) = (Term("Customer"), Term("Buyer"), Term("买家"));
        await PutAsync($"/api/v1/glossary/{Esc(top)}", new { definition = "Who has ever bought", synonyms = new[] { top + " 客户" } });
        await PutAsync($"/api/v1/glossary/{Esc(below)}", new { parent = top });
        await PutAsync($"/api/v1/glossary/{Esc(leaf)}", new { parent = below });
        Assert.Contains("lies below", await _api.RefusedAsync(HttpMethod.Put, $"/api/v1/glossary/{Esc(top)}", 400, new { parent = leaf }), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await _api.Http.PutAsync($"/api/v1/glossary/{Esc(leaf)}/links?asset={Esc(people)}&column=email", null)).StatusCode);
        Assert.Equal(leaf, (string?)(await _api.GetAsync($"/api/v1/asset/terms?key={Esc(people)}"))[0]!["term"]);
        Assert.Equal("email", (string?)(await _api.GetAsync($"/api/v1/glossary/{Esc(top + " 客户")}"))["links"]![0]!["column"]);
        Assert.Equal(HttpStatusCode.NoContent, (await _api.Http.DeleteAsync($"/api/v1/glossary/{Esc(below)}")).StatusCode);
        Assert.Equal([top], (await _api.GetAsync($"/api/v1/glossary/{Esc(leaf)}"))["path"]!.AsArray().Select(p => (string?)p));
        Assert.Equal(HttpStatusCode.NoContent, (await _api.Http.DeleteAsync($"/api/v1/glossary/{Esc(leaf)}/links?asset={Esc(people)}&column=email")).StatusCode);
        Assert.Empty((await _api.GetAsync($"/api/v1/asset/terms?key={Esc(people)}")).AsArray());
    }

    [Fact]
    public async Task What_people_said_goes_out_as_lines_and_in_again_all_or_nothing()
    {
        var (people, _) = await ScannedAsync();
        var term = Term("Guest");
        await PutAsync($"/api/v1/glossary/{Esc(term)}", new { definition = "Who only looks" });
        await _api.Http.PatchAsJsonAsync($"/api/v1/asset?key={Esc(people)}", new { owner = "mei" });
        var exported = await _api.Http.GetStringAsync("/api/v1/catalog/export");
        Assert.Contains(term, exported, StringComparison.Ordinal);
        Assert.Contains(people, exported, StringComparison.Ordinal);

        var again = await ImportAsync(exported);
        Assert.True((bool)again["written"]!, again.ToJsonString());
        Assert.Equal(exported, await _api.Http.GetStringAsync("/api/v1/catalog/export"));

        var wrong = await ImportAsync($$"""
            {"type": "term", "name": "{{term}}", "definition": "Overwritten"}
            {"type": "asset", "key": "raw.nobody", "owner": "mei"}
            {"type": "feeling"}
            """, HttpStatusCode.UnprocessableEntity);
        Assert.Equal([2, 3], wrong["problems"]!.AsArray().Select(p => (int)p!["line"]!));
        Assert.Equal("Who only looks", (string?)(await _api.GetAsync($"/api/v1/glossary/{Esc(term)}"))["term"]!["definition"]);
        var tried = await ImportAsync($$"""{"type": "term", "name": "{{term}}", "definition": "Overwritten"}""", query: "?dryRun=true");
        Assert.Equal((false, 1), ((bool)tried["written"]!, (int)tried["counts"]!["term"]!));
        Assert.Equal("Who only looks", (string?)(await _api.GetAsync($"/api/v1/glossary/{Esc(term)}"))["term"]!["definition"]);
    }

    [Fact]
    public async Task An_import_with_broken_lines_in_its_middle_names_them_and_writes_none_of_the_others()
    {
        var (people, _) = await ScannedAsync();
        var (first, last) = (Term("First"), Term("Last"));
        var wrong = await ImportAsync($$"""
            {"type": "term", "name": "{{first}}"}
            {"type": "asset", "key": "{{people}}", "owner": "ann"}
            {"type": "asset", "key": "{{people}}", "ow

            {"type": "asset", "key": "{{people}}", "colour": "red"}
            {"type": "column", "asset": "{{people}}", "column": "shoe_size", "description": "x"}
            {"type": "asset", "key": "{{people}}", "retention_days": "long"}
            {"type": "asset", "key": "{{people}}", "owner": "a\u0000b"}
            {"type": "term", "name": "{{new string('t', 201)}}"}
            ["type"]
            null
            {"type": "term", "name": "{{last}}"}
            """, HttpStatusCode.UnprocessableEntity);
        Assert.Equal([3, 5, 6, 7, 8, 9, 10, 11], wrong["problems"]!.AsArray().Select(p => (int)p!["line"]!));
        Assert.False((bool)wrong["written"]!);
        foreach (var term in new[] { first, last })
            Assert.Equal(HttpStatusCode.NotFound, (await _api.Http.GetAsync($"/api/v1/glossary/{Esc(term)}")).StatusCode);
        Assert.Null((await _api.GetAsync($"/api/v1/asset?key={Esc(people)}"))["asset"]!["owner"]);
        Assert.DoesNotContain((await _api.GetAsync($"/api/v1/changes?asset={Esc(people)}")).AsArray(), c => (string?)c!["field"] == "owner");
    }

    [Fact]
    public async Task A_search_takes_whatever_people_type_and_pages_end()
    {
        var (people, _) = await ScannedAsync();
        foreach (var text in new[] { new string('a', 3_000), "%_'\"\\;--", "订", "𠮷野家", string.Join(' ', Enumerable.Repeat("word", 200)), "   ", "***" })
            Assert.Equal(HttpStatusCode.OK, (await _api.Http.GetAsync($"/api/v1/assets?columns=true&text={Esc(text)}")).StatusCode);
        var beyond = await _api.GetAsync("/api/v1/assets?kind=file_set&offset=100000&limit=10");
        Assert.Empty(beyond["items"]!.AsArray());
        Assert.True((long)beyond["total"]! >= 2);

        var columns = await _api.GetAsync($"/api/v1/assets?kind=column&text=email {Esc(Path.GetFileName(people))}&type=email&personal=true");
        var found = columns["items"]!.AsArray().First(i => (string?)i!["key"] == people)!;
        Assert.Equal(("email", "email", "contact"), ((string?)found["column"]!["name"], (string?)found["column"]!["semantic_type"], (string?)found["column"]!["personal_class"]));
        Assert.Contains(columns["facets"]!.AsArray(), f => (string?)f!["facet"] == "kind" && (string?)f["value"] == "column");
        Assert.Empty((await _api.GetAsync("/api/v1/assets?kind=column&type=no_such_type"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Queries_on_the_command_line_and_rows_read_over_http_count_as_use()
    {
        var workflow = await _api.PublishAsync("  - { id: write, activity: clean.sql, with: { table: asked.once, mode: replace, sql: \"select 1 as n\" } }");
        Assert.Equal("success", (string?)(await _api.EndedAsync(await _api.TriggerAsync(workflow)))["state"]);
        Assert.Equal(1, (int?)(await _api.Platform.RunAsync("sql", "select n from asked.once", "--json")).Json[0]!["n"]);
        await _api.Platform.RunAsync("table", "asked.once");

        // Noted in the home for the node that serves; it may have taken and written them already.
        var notes = Path.Combine(_api.Platform.Home, "queries.jsonl");
        var noted = File.Exists(notes) ? (await File.ReadAllLinesAsync(notes)).Count(l => l.Contains("asked.once", StringComparison.Ordinal)) : 0;
        var counted = (long)(await _api.GetAsync("/api/v1/asset/usage?key=asked.once"))["worth"]!["queries"]!;
        Assert.InRange(noted + counted, 1, 2);
    }

    [Theory]
    [InlineData("GET", "/api/v1/review?source=dream", null, 400, "'source'")]
    [InlineData("GET", "/api/v1/review?limit=0", null, 400, "'limit'")]
    [InlineData("GET", "/api/v1/review/similar?item=sofa:1", null, 400, "sofa:1")]
    [InlineData("POST", "/api/v1/review/decisions", """{"decisions": []}""", 400, "1 to 5,000")]
    [InlineData("POST", "/api/v1/review/decisions", "{}", 400, "ecisions")]
    [InlineData("POST", "/api/v1/review/decisions", """{"decisions": [{"item": "column:1:a", "decision": "perhaps"}]}""", 400, "confirm, correct or reject")]
    [InlineData("POST", "/api/v1/review/decisions", """{"decisions": [{"item": "column:1:a", "decision": "correct"}]}""", 400, "has no value")]
    [InlineData("POST", "/api/v1/review/decisions", """{"decisions": [{"item": "column:1:a", "decision": "correct", "value": 7}]}""", 400, "what a column means")]
    [InlineData("POST", "/api/v1/review/decisions", """{"decisions": [{"item": "relation:1", "decision": "correct", "value": "x"}]}""", 400, "cannot be corrected")]
    [InlineData("POST", "/api/v1/review/decisions", """{"decisions": null}""", 400, "decisions")]
    [InlineData("POST", "/api/v1/review/decisions", """{"decisions": [null]}""", 400, "decisions")]
    [InlineData("POST", "/api/v1/review/decisions/undo", """{"decisions": null}""", 400, "decisions")]
    [InlineData("GET", "/api/v1/suggestions?status=maybe", null, 400, "'status'")]
    [InlineData("PATCH", "/api/v1/asset?key=raw.nobody", """{"owner": "mei"}""", 404, "raw.nobody")]
    [InlineData("PATCH", "/api/v1/asset?key=raw.nobody", """{"ownr": "mei"}""", 400, "ownr")]
    [InlineData("GET", "/api/v1/asset/usage?key=raw.nobody", null, 404, "raw.nobody")]
    [InlineData("GET", "/api/v1/usage?state=tired", null, 400, "'state'")]
    [InlineData("GET", "/api/v1/changes?before=then", null, 400, "'before'")]
    [InlineData("GET", "/api/v1/glossary/nothing", null, 404, "nothing")]
    [InlineData("DELETE", "/api/v1/glossary/nothing", null, 404, "nothing")]
    [InlineData("PUT", "/api/v1/glossary/nothing/links?asset=raw.nobody", null, 404, "nothing")]
    [InlineData("PUT", "/api/v1/glossary/lonely", """{"parent": "nothing"}""", 400, "not in the glossary")]
    [InlineData("PUT", "/api/v1/glossary/odd", """{"definition": 7}""", 400, "definition")]
    [InlineData("PUT", "/api/v1/glossary/odd", """{"synonyms": "one"}""", 400, "synonyms")]
    [InlineData("PUT", "/api/v1/glossary/odd", """{"synonyms": [null]}""", 400, "null")]
    [InlineData("PUT", "/api/v1/glossary/odd", """{"meaning": "x"}""", 400, "meaning")]
    [InlineData("PUT", "/api/v1/glossary/odd", """{"definition": "a\u0000b"}""", 400, "U+0000")]
    [InlineData("PUT", "/api/v1/glossary/odd", """{"definition": "a""", 400, "no JSON")]
    [InlineData("PUT", "/api/v1/glossary/%20", "{}", 400, "no name")]
    [InlineData("GET", "/api/v1/changes?limit=0", null, 400, "'limit'")]
    [InlineData("GET", "/api/v1/changes?limit=501", null, 400, "'limit'")]
    [InlineData("GET", "/api/v1/changes?asst=raw.orders", null, 400, "asst")]
    [InlineData("GET", "/api/v1/contracts?broken=perhaps", null, 400, "'broken'")]
    [InlineData("GET", "/api/v1/asset/usage?key=raw.nobody&days=0", null, 404, "raw.nobody")]
    [InlineData("GET", "/api/v1/usage?limit=0", null, 400, "'limit'")]
    [InlineData("GET", "/api/v1/assets?limit=0", null, 400, "'limit'")]
    [InlineData("GET", "/api/v1/assets?limit=1001", null, 400, "'limit'")]
    [InlineData("GET", "/api/v1/assets?offset=-1", null, 400, "'offset'")]
    [InlineData("GET", "/api/v1/assets?offset=2147483647", null, 400, "'offset'")]
    [InlineData("GET", "/api/v1/assets?personal=perhaps", null, 400, "'personal'")]
    [InlineData("GET", "/api/v1/assets?columns=perhaps", null, 400, "'columns'")]
    [InlineData("GET", "/api/v1/assets?state=sleepy", null, 400, "'state'")]
    [InlineData("POST", "/api/v1/catalog/import?dryRun=perhaps", "", 400, "'dryRun'")]
    [InlineData("POST", "/api/v1/catalog/import?dry=true", "", 400, "'dry'")]
    [InlineData("GET", "/api/v1/lineage?asset=raw.nobody&depth=51", null, 400, "'depth' is 51")]
    [InlineData("GET", "/api/v1/lineage?asset=raw.nobody&depth=0", null, 400, "'depth' is 0")]
    [InlineData("GET", "/api/v1/asset?key=a%00b", null, 400, "'key' holds the character U+0000")]
    [InlineData("GET", "/api/v1/assets?text=%00", null, 400, "'text' holds the character U+0000")]
    [InlineData("GET", "/api/v1/metrics?asset=raw.nobody", null, 404, "raw.nobody")]
    [InlineData("GET", "/api/v1/scores?asset=raw.nobody", null, 404, "raw.nobody")]
    [InlineData("GET", "/api/v1/checks?asset=raw.nobody", null, 404, "raw.nobody")]
    [InlineData("GET", "/api/v1/check-results?asset=raw.nobody&name=x", null, 404, "raw.nobody")]
    [InlineData("GET", "/api/v1/anomalies?asset=raw.nobody", null, 404, "raw.nobody")]
    [InlineData("GET", "/api/v1/incidents?asset=raw.nobody", null, 404, "raw.nobody")]
    [InlineData("GET", "/api/v1/asset/terms?key=raw.nobody", null, 404, "raw.nobody")]
    [InlineData("GET", "/api/v1/lineage/facets?asset=raw.nobody", null, 404, "raw.nobody")]
    [InlineData("GET", "/api/v1/inventory-runs/99999/changes", null, 404, "no inventory run 99999")]
    [InlineData("GET", "/api/v1/inventory-runs/99999/flips", null, 404, "no inventory run 99999")]
    public async Task What_is_wrong_is_refused_with_the_reason(string method, string path, string? body, int status, string reason) =>
        Assert.Contains(reason, await _api.RefusedAsync(new HttpMethod(method), path, status, body), StringComparison.Ordinal);

    [Fact]
    public async Task Texts_that_cannot_be_kept_or_are_too_long_are_refused_wherever_they_stand()
    {
        var (people, _) = await ScannedAsync();
        var path = $"/api/v1/asset?key={Esc(people)}";
        var term = $"/api/v1/glossary/{Esc(Term("Short"))}";
        foreach (var (method, address, body) in new[]
        {
            (HttpMethod.Patch, path, """{"owner": "a\u0000b"}"""),
            (HttpMethod.Patch, path, """{"tags": ["a\u0000b"]}"""),
            (HttpMethod.Patch, path, """{"columns": {"email": {"description": "a\u0000b"}}}"""),
            (HttpMethod.Put, term, """{"definition": "a\u0000b"}"""),
            (HttpMethod.Put, term, """{"synonyms": ["a\u0000b"]}"""),
            (HttpMethod.Post, "/api/v1/checks", """{"asset": "a\u0000b", "definition": {"kind": "not_null", "column": "x"}}"""),
        })
            Assert.Contains("U+0000", await _api.RefusedAsync(method, address, 400, body), StringComparison.Ordinal);
        foreach (var (method, address, body, what) in new (HttpMethod, string, object, string)[]
        {
            (HttpMethod.Patch, path, new { owner = new string('a', 100_000) }, "has 100,000 characters. Give at most 200."),
            (HttpMethod.Patch, path, new { description = new string('a', 20_001) }, "at most 20,000"),
            (HttpMethod.Patch, path, new { tags = new[] { new string('a', 201) } }, "at most 200"),
            (HttpMethod.Patch, path, new { tags = Enumerable.Range(0, 1001).Select(i => $"t{i}") }, "Tags are 1,001"),
            (HttpMethod.Patch, path, new { note = new string('a', 2_001) }, "The note has 2,001"),
            (HttpMethod.Put, $"/api/v1/glossary/{new string('a', 600)}", new { definition = "x" }, "The name of the term has 600 characters. Give at most 200."),
            (HttpMethod.Put, term, new { owner = new string('a', 201) }, "at most 200"),
            (HttpMethod.Put, term, new { synonyms = new[] { new string('a', 201) } }, "at most 200"),
        })
            Assert.Contains(what, await _api.RefusedAsync(method, address, 400, body), StringComparison.Ordinal);
        Assert.Null((await _api.GetAsync(path))["asset"]!["owner"]);
        await _api.RefusedAsync(HttpMethod.Get, term, 404);
        Assert.Equal(HttpStatusCode.NoContent, (await _api.Http.PatchAsJsonAsync(path, new { owner = new string('团', 200) })).StatusCode);
    }

    [Fact]
    public async Task A_slash_in_the_name_of_a_term_belongs_to_the_name()
    {
        var name = Term("客户/Client");
        Assert.DoesNotContain('/', Esc(name));
        await PutAsync($"/api/v1/glossary/{Esc(name)}", new { definition = "Who buys" });
        Assert.Equal(name, (string?)(await _api.GetAsync($"/api/v1/glossary/{Esc(name)}"))["term"]!["name"]);
        Assert.Contains((await _api.GetAsync("/api/v1/glossary")).AsArray(), t => (string?)t!["name"] == name);
        // What looks like an escape is none.
        var percent = Term("50%2Fhalf");
        await PutAsync($"/api/v1/glossary/{Esc(percent)}", new { definition = "x" });
        Assert.Equal(percent, (string?)(await _api.GetAsync($"/api/v1/glossary/{Esc(percent)}"))["term"]!["name"]);
        Assert.Equal(HttpStatusCode.NoContent, (await _api.Http.DeleteAsync($"/api/v1/glossary/{Esc(name)}")).StatusCode);
        await _api.RefusedAsync(HttpMethod.Get, $"/api/v1/glossary/{Esc(name)}", 404);
    }

    [Fact]
    public async Task Wrong_definitions_and_lines_are_told_without_the_names_of_our_types()
    {
        var (people, _) = await ScannedAsync();
        List<string> told =
        [
            await _api.RefusedAsync(HttpMethod.Post, "/api/v1/checks", 400, new { asset = people, definition = new { kind = "not_null", colum = "email" } }),
            await _api.RefusedAsync(HttpMethod.Post, "/api/v1/checks", 400, new { asset = people, definition = new { kind = "range", column = "email", max = "many" } }),
            await _api.RefusedAsync(HttpMethod.Post, "/api/v1/checks", 400, new { asset = people, definition = new { column = "email" } }),
            await _api.RefusedAsync(HttpMethod.Post, "/api/v1/checks", 400, new { asset = people, kind = "not_null" }),
            await _api.RefusedAsync(HttpMethod.Post, "/api/v1/checks", 400, new { asset = people }),
            await _api.RefusedAsync(HttpMethod.Patch, $"/api/v1/asset?key={Esc(people)}", 400, new { contract = new { colour = 1 } }),
            .. (await ImportAsync("""
                {"type": "term", "nme": "x"}
                {"type": "feeling"}
                {"name": "x"}
                """, HttpStatusCode.UnprocessableEntity))["problems"]!.AsArray().Select(p => (string)p!["message"]!),
        ];
        Assert.All(told, t => Assert.DoesNotMatch(@"\.NET|Platform\.|System\.|\$\.| type '", t));
        Assert.Contains("There is no field 'colum'. There are: kind,", told[0], StringComparison.Ordinal);
        Assert.Contains("'max' has another form: it is a number", told[1], StringComparison.Ordinal);
        Assert.Contains("lacks 'kind'", told[2], StringComparison.Ordinal);
        Assert.Contains("There is no field 'kind'. There are: asset, definition", told[3], StringComparison.Ordinal);
        Assert.Contains("'definition'", told[4], StringComparison.Ordinal);
        Assert.Contains("There is no field 'colour'. There are: columns,", told[5], StringComparison.Ordinal);
        Assert.Contains("'feeling' is no type", string.Join('\n', told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edit_that_makes_no_sense_changes_nothing()
    {
        var (people, _) = await ScannedAsync();
        var path = $"/api/v1/asset?key={Esc(people)}";
        Assert.Contains("no column 'colour'", await _api.RefusedAsync(HttpMethod.Patch, path, 400, new { owner = "ann", columns = new { colour = new { description = "x" } } }), StringComparison.Ordinal);
        Assert.Contains("number of days", await _api.RefusedAsync(HttpMethod.Patch, path, 400, new { owner = "ann", retention_days = -1 }), StringComparison.Ordinal);
        Assert.Contains("freshness", await _api.RefusedAsync(HttpMethod.Patch, path, 400, new { owner = "ann", contract = new { freshness_hours = 0 } }), StringComparison.Ordinal);
        Assert.Contains("contract", await _api.RefusedAsync(HttpMethod.Patch, path, 400, new { owner = "ann", contract = new { colour = 0 } }), StringComparison.Ordinal);
        await _api.RefusedAsync(HttpMethod.Patch, path, 400, """{"owner": "ann", "columns": {"email": null}}""");
        await _api.RefusedAsync(HttpMethod.Patch, path, 400, """{"owner": "ann", "tags": [null]}""");
        await _api.RefusedAsync(HttpMethod.Patch, path, 400, """{"owner": "ann", "tags": "shop"}""");
        await _api.RefusedAsync(HttpMethod.Patch, path, 400, """{"owner": "ann", "contract": {"columns": [null]}}""");
        await _api.RefusedAsync(HttpMethod.Patch, path, 400, """{"owner": "ann", "contract": {"columns": null}}""");
        await _api.RefusedAsync(HttpMethod.Patch, path, 400, """{"owner": "ann", "contract": {"checks": [null]}}""");
        await _api.RefusedAsync(HttpMethod.Patch, path, 400, """{"owner": "ann", "contract": "promised"}""");
        await _api.RefusedAsync(HttpMethod.Patch, path, 400, """{"owner": "ann", "description": "a\u0000b"}""");
        Assert.Contains("200", await _api.RefusedAsync(HttpMethod.Patch, path, 400, new { owner = new string('a', 201), tier = "gold" }), StringComparison.Ordinal);
        Assert.Contains("20,000", await _api.RefusedAsync(HttpMethod.Patch, path, 400, new { owner = "ann", description = new string('a', 20_001) }), StringComparison.Ordinal);
        Assert.Contains("200", await _api.RefusedAsync(HttpMethod.Put, $"/api/v1/glossary/{new string('t', 300)}", 400, new { }), StringComparison.Ordinal);
        Assert.Null((await _api.GetAsync(path))["asset"]!["owner"]);
    }

    [Theory]
    [InlineData("POST", "/api/v1/review/decisions", """{"decisions": [{"item": "column:1:a", "decision": "confirm"}]}""")]
    [InlineData("POST", "/api/v1/review/decisions/undo", """{"decisions": [1]}""")]
    [InlineData("PATCH", "/api/v1/asset?key=raw.nobody", """{"owner": "mei"}""")]
    [InlineData("PUT", "/api/v1/glossary/mine", "{}")]
    [InlineData("DELETE", "/api/v1/glossary/mine", null)]
    [InlineData("PUT", "/api/v1/glossary/mine/links?asset=raw.nobody", null)]
    [InlineData("POST", "/api/v1/catalog/import", "{}")]
    public async Task Who_only_looks_changes_nothing(string method, string path, string? body) =>
        await _api.RefusedAsync(new HttpMethod(method), path, 403, body, _api.Viewer);

    private async Task<JsonNode?> TypeAsync(string asset) =>
        (await _api.GetAsync($"/api/v1/asset?key={Esc(asset)}"))["columns"]!.AsArray().Single(c => (string?)c!["name"] == "email")!["semantic_type"];

    /// <summary>Two files with a column of e-mail addresses each, scanned and judged by a run.</summary>
    private async Task<(string People, string Guests)> ScannedAsync()
    {
        var people = _folder.Write("data/people.csv", "id,email\n" + string.Concat(Enumerable.Range(1, 40).Select(i => $"{i},person{i}@example.com\n")));
        var guests = _folder.Write("data/guests.csv", "no,email\n" + string.Concat(Enumerable.Range(1, 40).Select(i => $"{i},guest{i}@example.org\n")));
        var workflow = await _api.PublishAsync($$"""
              - { id: scan, activity: inventory.scan, with: { sources: "{{Path.GetDirectoryName(people)}}", tables: false } }
              - { id: profile, activity: inventory.profile, after: [scan] }
            """);
        var ended = await _api.EndedAsync(await _api.TriggerAsync(workflow));
        Assert.True((string?)ended["state"] == "success", ended.ToJsonString());
        return ($"file:{people}", $"file:{guests}");
    }

    private async Task<(HttpStatusCode Status, JsonNode Body)> PostAsync(string path, object body)
    {
        var answer = await _api.Http.PostAsJsonAsync(path, body);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    private async Task PutAsync(string path, object body)
    {
        var answer = await _api.Http.PutAsJsonAsync(path, body);
        Assert.True(answer.StatusCode == HttpStatusCode.NoContent, await answer.Content.ReadAsStringAsync());
    }

    private async Task<JsonNode> ImportAsync(string lines, HttpStatusCode status = HttpStatusCode.OK, string query = "")
    {
        var answer = await _api.Http.PostAsync("/api/v1/catalog/import" + query, new StringContent(lines, Encoding.UTF8, "application/x-ndjson"));
        var content = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, content);
        return JsonNode.Parse(content)!;
    }

    private static string Term(string name) => $"{name} {Interlocked.Increment(ref s_number)}";

    private static string Esc(string text) => Uri.EscapeDataString(text);
}
