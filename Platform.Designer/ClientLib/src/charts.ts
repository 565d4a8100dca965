import { LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

echarts.use([LineChart, GridComponent, TooltipComponent, LegendComponent, AriaComponent, SVGRenderer]);

export interface Series { name: string; values: (number | null)[]; dashed: boolean; marks?: boolean }

/** Lines over a common axis, in the page's own colours; drawn anew when the theme changes. */
export function lines(element: HTMLElement, labels: string[], series: Series[], percent: boolean) {
  const chart = echarts.init(element, null, { renderer: 'svg' });
  const draw = () => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const text = colour('--quiet');
    const format = (v: number | null) => v === null || v === undefined ? '–' : percent ? `${(v * 100).toFixed(1)} %` : new Intl.NumberFormat(document.documentElement.lang).format(v);
    chart.setOption({
      animation: false,
      aria: { enabled: true },
      color: [colour('--chart-1'), colour('--chart-2'), colour('--chart-3'), colour('--chart-4')],
      textStyle: { fontFamily: colour('--tblr-font-sans-serif') },
      grid: { left: 8, right: 12, top: series.length > 1 ? 30 : 10, bottom: 4, containLabel: true },
      legend: series.length > 1 ? { top: 0, left: 0, icon: 'roundRect', itemWidth: 12, itemHeight: 4, textStyle: { color: text, fontSize: 11 } } : undefined,
      tooltip: { trigger: 'axis', confine: true, backgroundColor: colour('--surface'), borderColor: colour('--line'), textStyle: { color: colour('--ink'), fontSize: 12 }, valueFormatter: format },
      xAxis: { type: 'category', data: labels, axisLine: { lineStyle: { color: colour('--line') } }, axisTick: { show: false }, axisLabel: { color: text, fontSize: 10.5, hideOverlap: true } },
      yAxis: { type: 'value', scale: true, axisLabel: { color: text, fontSize: 10.5, formatter: format }, splitLine: { lineStyle: { color: colour('--line') } } },
      series: series.map(s => s.marks
        ? { type: 'line', name: s.name, data: s.values, showSymbol: true, symbol: 'circle', symbolSize: 11, connectNulls: false, lineStyle: { width: 0 }, itemStyle: { color: colour('--st-failed') }, z: 5 }
        : { type: 'line', name: s.name, data: s.values, showSymbol: labels.length < 40, symbolSize: 5, connectNulls: true, lineStyle: { width: 2, type: s.dashed ? 'dashed' : 'solid' } }),
    }, true);
  };
  draw();
  const resize = new ResizeObserver(() => chart.resize());
  resize.observe(element);
  const theme = new MutationObserver(draw);
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-bs-theme'] });
  return { dispose() { resize.disconnect(); theme.disconnect(); chart.dispose(); } };
}
