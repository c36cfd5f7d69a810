using BenchmarkDotNet.Running;
using Jevons.MicroBenchmarks;

BenchmarkSwitcher.FromAssembly(typeof(KernelPath).Assembly).Run(args, new KernelConfig());
