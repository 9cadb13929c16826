// For the linter, whose TypeScript does not read single file components; vue-tsc reads the components themselves.
declare module "*.vue" {
  import type { DefineComponent } from "vue";
  const component: DefineComponent;
  export default component;
}
