using Platform.Inventory.Personal;

namespace Platform.Benchmarks.Inventory;

/// <summary>How much of the personal data inside texts is found, on the half of each labelled set that was not looked at, and how fast.</summary>
internal sealed class PersonalTextSubject : ISubject
{
    public string Name => "personal-text";

    public string Help => "[score DATA | errors DATA | cross DATA | by-text DATA | train DATA FOLDER]: personal data inside texts, token F of the half of pii-text and span F of the half of entities-zh that training never saw, and speed; or makes the weights of the taggers anew";

    public Task RunAsync(string[] args)
    {
        var data = args.Length > 1 ? args[1] : "../shared/data";
        var texts = PersonalTexts.English(data);
        var chinese = PersonalTexts.Chinese(data);
        if (args.Length > 0 && args[0].StartsWith("train", StringComparison.Ordinal))
        {
            var folder = args.Length > 2 ? args[2] : "Platform.Inventory/Personal/Weights";
            Directory.CreateDirectory(folder);
            if (args[0] != "train-zh")
                Keep(PersonalTraining.English(data, [.. texts.Where(text => text.MayTune)]), Path.Combine(folder, "personal-en.bin"));
            if (args[0] != "train-en")
                Keep(PersonalTraining.Chinese(chinese.Where(sentence => PersonalTexts.MayTune(sentence.Text))), Path.Combine(folder, "personal-zh.bin"));
            return Task.CompletedTask;
        }

        if (args.Length > 0 && args[0] == "cross")
        {
            // Choices are made here, and nowhere else: frames that may be tuned on, one part of them kept from training.
            var (learn, judge) = (texts.Where(text => text.MayTune && text.Frame.Length % 2 == 0).ToList(), texts.Where(text => text.MayTune && text.Frame.Length % 2 == 1).ToList());
            int option(int at, int fallback) => args.Length > at ? int.Parse(args[at], System.Globalization.CultureInfo.InvariantCulture) : fallback;
            var tagger = new EnglishTagger(PersonalTraining.English(data, learn, option(2, 30), option(3, 6), option(4, 8_000)));
            PersonalScores.English("pii-text, other frames of the half to tune on", judge, print: args.Length > 5, tagger);
            (learn, judge) = (judge, learn);
            tagger = new EnglishTagger(PersonalTraining.English(data, learn, option(2, 30), option(3, 6), option(4, 8_000)));
            PersonalScores.English("pii-text, other frames of the half to tune on", judge, print: args.Length > 6, tagger);
            return Task.CompletedTask;
        }

        if (args.Length > 0 && args[0] == "by-text")
        {
            // The easier question, for comparison: other texts, but of patterns that were seen.
            var seen = texts.Where(text => PersonalTexts.MayTune(text.Text)).ToList();
            PersonalScores.English("pii-text, half of the texts whatever their frame", [.. texts.Where(text => !PersonalTexts.MayTune(text.Text))], print: false, new EnglishTagger(PersonalTraining.English(data, seen)));
            return Task.CompletedTask;
        }

        var errors = args.Length > 0 && args[0] == "errors";
        PersonalScores.English("pii-text, tuned on", [.. texts.Where(text => text.MayTune)], print: false);
        if (args.Length > 0 && args[0] == "errors-tuning")
            PersonalScores.English("pii-text, tuned on", [.. texts.Where(text => text.MayTune)], print: true);
        PersonalScores.English("pii-text, held back", [.. texts.Where(text => !text.MayTune)], print: errors);
        PersonalScores.Chinese("entities-zh, held back", [.. chinese.Where(sentence => !PersonalTexts.MayTune(sentence.Text)).Take(errors ? 2_000 : int.MaxValue)]);
        Nobody(data);
        Speed(data);
        return Task.CompletedTask;
    }

    // Names of goods and what customers write of them name hardly anybody: what is found there as a name is nearly always wrong.
    private static void Nobody(string data)
    {
        string path(string name) => Path.Combine(data, name);
        var goods = File.ReadLines(path("retail-db/products.csv")).Select(line => line.Split(',')[2]);
        var lines = Directory.EnumerateFiles(path("online-retail"), "*.csv").Order(StringComparer.Ordinal).Where((_, i) => i % 10 == 0).SelectMany(file => File.ReadLines(file).Skip(1)).Select(line => line.Split(',')[2]);
        var matching = new[] { "abt-buy", "amazon-google" }.SelectMany(set => File.ReadLines(path($"matching/{set}/train.txt"))).SelectMany(line => line.Split("COL ")).Where(part => part.StartsWith("name VAL ", StringComparison.Ordinal) || part.StartsWith("title VAL ", StringComparison.Ordinal)).Select(part => part[(part.IndexOf("VAL ", StringComparison.Ordinal) + 4)..].Trim());
        var reviews = File.ReadLines(path("reviews-zh/online_shopping_10_cats.csv")).Skip(1).Where(line => !line.StartsWith("书籍", StringComparison.Ordinal) && line.Count(c => c == ',') >= 2).Select(line => line[(line.IndexOf(',', StringComparison.Ordinal) + 3)..]).Take(20_000);
        foreach (var (what, texts) in new[] { ("names of sports goods", goods), ("descriptions of a gift shop", lines), ("names of electronics and software", matching), ("Chinese reviews but of books", reviews) })
        {
            var different = texts.Distinct(StringComparer.Ordinal).ToList();
            Console.WriteLine($"nobody, {what}: {different.Count:n0} texts, {different.Count(text => PersonalFinder.Find(text).Any(span => span.Kind == PersonalKind.PersonName)):n0} with a person's name");
        }
    }

    private static void Keep(TaggerFile file, string path)
    {
        using (var stream = File.Create(path))
            file.Write(stream);
        Console.WriteLine($"{path}: {new FileInfo(path).Length / 1024.0:n0} KiB, {file.Features.Length:n0} features, {file.Words.Length:n0} words");
    }

    private static void Speed(string data)
    {
        var reviews = File.ReadLines(Path.Combine(data, "reviews-en", "womens_clothing_reviews.csv")).Skip(1).Where(line => line.Contains(",\"", StringComparison.Ordinal)).Take(12_000).Select(line => line[line.IndexOf(",\"", StringComparison.Ordinal)..line.LastIndexOf('"')]).ToList();
        var zh = File.ReadLines(Path.Combine(data, "reviews-zh", "online_shopping_10_cats.csv")).Take(8_000).ToList();
        foreach (var (what, lines) in new[] { ("English reviews", reviews), ("Chinese reviews", zh) })
        {
            var bytes = lines.Sum(line => (long)System.Text.Encoding.UTF8.GetByteCount(line));
            foreach (var line in lines.Take(1_000))
                PersonalFinder.Find(line);
            // Processor time: others may use the machine.
            var before = Environment.CpuUsage.TotalTime;
            var found = lines.Sum(line => PersonalFinder.Find(line).Count);
            Console.WriteLine($"{what}: {bytes / 1e6:0.0} MB at {bytes / 1e6 / (Environment.CpuUsage.TotalTime - before).TotalSeconds:0.0} MB a second of processor time, {found:n0} spans in {lines.Count:n0} texts");
        }
    }
}
