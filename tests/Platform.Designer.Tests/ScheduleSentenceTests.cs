using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Platform.Designer.Language;
using Platform.Designer.Workflows;

namespace Platform.Designer.Tests;

/// <summary>Schedules as people read them.</summary>
public sealed class ScheduleSentenceTests
{
    [Theory]
    [InlineData("all of clean.orders, clean.customers", "When all of clean.orders, clean.customers have changed")]
    [InlineData("any of clean.orders by partition 6h", "When any of clean.orders changes, partition by partition (6h)")]
    [InlineData("all of clean.orders by partition as_written", "When all of clean.orders have changed, partition by partition (as written)")]
    public void A_schedule_that_follows_assets_is_a_sentence_with_its_partitions(string schedule, string sentence)
    {
        using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
        Assert.Equal(sentence, ScheduleSentence.Of(schedule, services.GetRequiredService<IStringLocalizer<Texts>>()));
    }

    [Fact]
    public void Partitions_by_cron_are_said_in_words()
    {
        using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
        var sentence = ScheduleSentence.Of("all of clean.orders by partition @daily (Asia/Shanghai)", services.GetRequiredService<IStringLocalizer<Texts>>());
        Assert.Contains("Asia/Shanghai", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("@daily", sentence, StringComparison.Ordinal);
    }
}
