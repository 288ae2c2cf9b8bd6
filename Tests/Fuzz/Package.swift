// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the program never needs a fuzzer's runtime: the same sources, by
// a symbolic link, with what libFuzzer wants to be told of branches and comparisons compiled in.
let watched: [SwiftSetting] = [
  .enableUpcomingFeature("InternalImportsByDefault"),
  // Without the checksums of the program's own files.
  .define("FUZZING"),
  .unsafeFlags([
    "-enable-testing", "-sanitize=fuzzer",
    // The default is one that libFuzzer no longer takes.
    "-sanitize-coverage=edge,indirect-calls,trace-cmp,inline-8bit-counters,pc-table",
  ]),
]
let realModule = Target.Dependency.product(name: "RealModule", package: "swift-numerics")
let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "tiny-fuzz",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
  ],
  targets: [
    .systemLibrary(name: "COpenBLAS", path: "Product/C/COpenBLAS", pkgConfig: "openblas lapacke"),
    .systemLibrary(name: "CHDF5", path: "Product/C/CHDF5", pkgConfig: "hdf5-serial"),
    .systemLibrary(name: "CZip", path: "Product/C/CZip", pkgConfig: "libzip"),
    .systemLibrary(name: "CFuzzer"),
    .target(
      name: "LinearAlgebra", dependencies: ["COpenBLAS", realModule], path: "Product/LinearAlgebra",
      swiftSettings: watched),
    .target(name: "HDF5", dependencies: ["CHDF5"], path: "Product/HDF5", swiftSettings: watched),
    .target(
      name: "Networks", dependencies: ["LinearAlgebra", realModule], path: "Product/Networks",
      swiftSettings: watched),
    .target(
      name: "Loader", dependencies: ["LinearAlgebra", "Networks", "HDF5", "CZip"],
      path: "Product/Loader",
      swiftSettings: watched),
    .target(
      name: "Diagnostics", dependencies: ["LinearAlgebra", "Networks"], path: "Product/Diagnostics",
      swiftSettings: watched),
    .target(
      name: "Growth", dependencies: ["LinearAlgebra", "Networks", "Diagnostics"],
      path: "Product/Growth",
      swiftSettings: watched),
    .target(
      name: "Charts", dependencies: [realModule], path: "Product/Charts", swiftSettings: watched),
    .target(
      name: "Reports", dependencies: ["Networks", "Diagnostics", "Growth", "Charts"],
      path: "Product/Reports",
      swiftSettings: watched),
    .target(
      name: "Ranks", dependencies: ["Diagnostics"], path: "Product/Ranks", swiftSettings: watched),
    // The program as a library: its entry point gets a name that is not the fuzzer's.
    .target(
      name: "tiny-diagnose",
      dependencies: [
        "LinearAlgebra", "HDF5", "Loader", "Networks", "Diagnostics", "Growth", "Ranks",
        "Reports", argumentParser,
      ], path: "Product/tiny-diagnose",
      swiftSettings: watched + [
        .unsafeFlags([
          "-Xfrontend", "-entry-point-function-name", "-Xfrontend", "tiny_diagnose_main",
        ])
      ]),
    .executableTarget(
      name: "tiny-fuzz",
      dependencies: [
        "CFuzzer", "CHDF5", "tiny-diagnose", "Loader", "HDF5", "Growth", "Networks",
        "LinearAlgebra", "Reports", argumentParser,
      ]),
  ],
  swiftLanguageModes: [.v6]
)
