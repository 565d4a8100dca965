using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Platform.Catalog.LanguageModel;
using Platform.Workflows.Activities;

namespace Platform.Activities.Enrich;

/// <summary>What a language model said of rows, by their place.</summary>
/// <param name="Answers">Answers that can be taken.</param>
/// <param name="Rejected">Why there is none.</param>
/// <param name="Spent">The limit that ended the asking; null where all were asked.</param>
internal sealed record EnrichedRows(IReadOnlyDictionary<int, JsonNode> Answers, IReadOnlyDictionary<int, string> Rejected, string? Spent);

/// <summary>Asks a language model about rows: known ones from memory, the others in batches, each batch's answers kept at once, and one by one those of a batch that came back without.</summary>
internal sealed class EnrichRows(LanguageModel model, RowQuestions questions, ModelAnswerStore store, ModelMeter meter, ActivityContext context)
{
    private const int KeysAtOnce = 1_000;
    private const int TokensARow = 400;

    private readonly ConcurrentDictionary<int, JsonNode> _answers = new();
    private readonly ConcurrentDictionary<int, string> _rejected = new();
    private string? _spent;

    public required int Batch { get; init; }

    public required int Parallel { get; init; }

    public async Task<EnrichedRows> RunAsync(IReadOnlyList<JsonObject> rows, CancellationToken cancellationToken)
    {
        var keys = rows.Select(row => questions.KeyOf(model.Model, row)).ToList();
        for (var start = 0; start < keys.Count; start += KeysAtOnce)
        {
            foreach (var (place, answer) in await store.FindAsync(keys.GetRange(start, Math.Min(KeysAtOnce, keys.Count - start)), cancellationToken))
                _answers[start + place] = answer;
        }

        meter.AddCached(_answers.Count);
        context.Progress.Report(new ActivityProgress(_answers.Count, rows.Count, "texts"));
        var open = Enumerable.Range(0, rows.Count).Where(row => !_answers.ContainsKey(row)).Chunk(Batch);
        await System.Threading.Tasks.Parallel.ForEachAsync(open, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken }, async (batch, token) =>
        {
            if (!Room())
                return;
            foreach (var first in await AskAsync(rows, keys, batch, token))
            {
                var left = first;
                if (batch.Length > 1)
                {
                    if (!Room())
                        return;
                    if (await AskAsync(rows, keys, [left.Row], token) is not [var second])
                        continue;
                    left = second;
                }

                _rejected[left.Row] = $"The language model gave no answer of the form that was asked for: {left.Why}.";
            }

            context.Progress.Report(new ActivityProgress(_answers.Count + _rejected.Count, rows.Count, "texts"));
        });
        return new EnrichedRows(_answers, _rejected, _spent);
    }

    private bool Room()
    {
        if (meter.Spent is not { } spent)
            return true;
        _spent = spent;
        return false;
    }

    /// <returns>Rows without a usable answer, and why.</returns>
    private async Task<List<(int Row, string Why)>> AskAsync(IReadOnlyList<JsonObject> rows, List<byte[]> keys, int[] batch, CancellationToken cancellationToken)
    {
        var answer = await model.AskAsync(questions.System, RowQuestions.User([.. batch.Select(row => rows[row])]), TokensARow * batch.Length, meter, context, cancellationToken);
        var read = questions.Read(answer, batch.Length);
        var usable = new List<KeyValuePair<byte[], JsonNode>>();
        var left = new List<(int Row, string Why)>();
        for (var i = 0; i < batch.Length; i++)
        {
            if (read[i].Taken is not { } taken)
            {
                left.Add((batch[i], read[i].Why!));
                continue;
            }

            _answers[batch[i]] = taken;
            usable.Add(new(keys[batch[i]], taken));
        }

        // Kept before the task ends: what was paid for survives a crash.
        await store.KeepAsync(model.Connection, model.Model, usable, cancellationToken);
        return left;
    }
}
