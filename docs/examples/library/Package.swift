// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "diagnose-example",
  dependencies: [.package(name: "tiny-diagnose", path: "../../..")],
  targets: [
    .executableTarget(
      name: "diagnose",
      dependencies: ["Loader", "Diagnostics", "Networks"].map {
        .product(name: $0, package: "tiny-diagnose")
      })
  ],
  swiftLanguageModes: [.v6]
)
