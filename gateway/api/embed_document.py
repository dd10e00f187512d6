"""protocols/openapi.yaml → a C++ source with the same document as JSON.  usage: embed_document.py <openapi.yaml> <out.cpp>"""
import json
import sys

import yaml

PIECE = 8000  # compilers limit one literal; adjacent ones are joined


def literal(text):
    pieces = [text[i:i + PIECE] for i in range(0, len(text), PIECE)]
    return "\n".join(f'    R"~openapi~({piece})~openapi~"' for piece in pieces)


def main(source, target):
    with open(source, encoding="utf-8") as file:
        document = yaml.safe_load(file)
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"))
    with open(target, "w", encoding="utf-8") as file:
        file.write('// Written by embed_document.py from protocols/openapi.yaml.\n#include "gateway/api/document.hpp"\n\n'
                   "namespace holdfast::gateway::api {\n\nstd::string_view openapi_document() noexcept {\n  return\n"
                   f"{literal(text)};\n}}\n\n}}  // namespace holdfast::gateway::api\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
